using System.Text;
using PaymentPortal.Core.Psp;

namespace PaymentPortal.Tests.Support;

/// <summary>The report part of the PSP port without a PSP: a report is made as soon as it is ordered, and its file is what <see cref="File"/> says.</summary>
internal sealed class StubReports(TimeProvider time) : IReportProvider
{
    private readonly Dictionary<string, NewReport> _ordered = new(StringComparer.Ordinal);

    public string Name => "stub";

    /// <summary>By the report type's name.</summary>
    public Func<string, string> File { get; set; } = _ => "";

    /// <summary>The report types that the PSP offers no more.</summary>
    public HashSet<string> Withdrawn { get; } = new(StringComparer.Ordinal);

    public Task<PspAnswer<IReadOnlyList<PspReportType>>> ListTypesAsync(CancellationToken cancellationToken) =>
        Answer<IReadOnlyList<PspReportType>>([.. new[] { "balance_change_from_activity.itemized.3", "payouts.itemized.3" }.Where(type => !Withdrawn.Contains(type)).Select(type => new PspReportType(type, time.GetUtcNow()))]);

    public PspRequest OrderReport(NewReport report)
    {
        var path = $"/stub/{report.Type}/{report.From:yyyyMMdd}";
        _ordered[path] = report;
        return new PspRequest(path, "");
    }

    public Task<PspAnswer<PspReport>> SendOrderAsync(PspRequest request, string pspKey, CancellationToken cancellationToken) => Answer(Made(request.Path));

    public Task<PspAnswer<PspReport>> FetchReportAsync(string id, CancellationToken cancellationToken) => Answer(Made(id));

    public Task<PspAnswer<IReadOnlyList<PspReport>>> ListReportsAsync(DateTimeOffset createdFrom, DateTimeOffset createdTo, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<PspDownload> OpenAsync(PspReport report, CancellationToken cancellationToken) =>
        Task.FromResult(new PspDownload(new MemoryStream(Encoding.UTF8.GetBytes(File(report.Type))), null, null));

    private PspReport Made(string id) => new(id, _ordered[id].Type, _ordered[id].From, _ordered[id].To, PspReportStatus.Succeeded, new Uri("http://psp.example/file"), null, null);

    private Task<PspAnswer<T>> Answer<T>(T value)
        where T : class =>
        Task.FromResult(new PspAnswer<T>(PspVerdict.Succeeded, value, null, new PspExchange("GET", "/stub", null, 200, "req_stub", time.GetUtcNow(), TimeSpan.Zero, "", "", IsReplay: false)));
}
