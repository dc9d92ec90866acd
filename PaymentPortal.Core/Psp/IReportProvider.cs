namespace PaymentPortal.Core.Psp;

/// <summary>
/// The PSP's part in reconciliation: its settlement reports are ordered, made in their own time and fetched. The rules of
/// <see cref="IPaymentServiceProvider"/> hold: building is pure, sending takes the stored key, nothing repeats by itself, nothing throws.
/// </summary>
public interface IReportProvider
{
    string Name { get; }

    /// <summary>What can be ordered, and up to when there is data.</summary>
    Task<PspAnswer<IReadOnlyList<PspReportType>>> ListTypesAsync(CancellationToken cancellationToken);

    PspRequest OrderReport(NewReport report);

    Task<PspAnswer<PspReport>> SendOrderAsync(PspRequest request, string pspKey, CancellationToken cancellationToken);

    Task<PspAnswer<PspReport>> FetchReportAsync(string id, CancellationToken cancellationToken);

    Task<PspAnswer<IReadOnlyList<PspReport>>> ListReportsAsync(DateTimeOffset createdFrom, DateTimeOffset createdTo, CancellationToken cancellationToken);

    /// <summary>Opens a made report for reading as it comes in. Reading may still break off.</summary>
    Task<PspDownload> OpenAsync(PspReport report, CancellationToken cancellationToken);
}

/// <summary>A report type by its full name, which ends in its version.</summary>
public sealed record PspReportType(string Id, DateTimeOffset DataUntil);

/// <summary>An order: always with the columns that we read, for their default may change.</summary>
public sealed record NewReport(string Type, DateTimeOffset From, DateTimeOffset To, IReadOnlyList<string> Columns);

public enum PspReportStatus
{
    Pending,
    Succeeded,
    Failed,
}

/// <summary>A report run. The PSP keeps no key with it: one of the same type and period is as good as ours.</summary>
public sealed record PspReport(string Id, string Type, DateTimeOffset? From, DateTimeOffset? To, PspReportStatus Status, Uri? Url, long? Bytes, string? Error)
{
    /// <summary>Set when it is the one that a lost order made.</summary>
    public string? PspKey { get; init; }
}

/// <summary>A file on its way: either its bytes or why there are none.</summary>
public sealed class PspDownload(Stream? content, string? fault, IDisposable? owner) : IDisposable
{
    public Stream? Content => content;

    public string? Fault => fault;

    public void Dispose()
    {
        content?.Dispose();
        owner?.Dispose();
    }
}
