using System.Net.Http.Headers;
using System.Text.Json;

namespace PaymentPortal.Core.Psp.Stripe;

/// <summary>The part of Stripe's API that reports, over the same wire, guard and verdicts as <see cref="StripeClient"/>. Files come as a stream of their own: they are larger than any answer.</summary>
public sealed class StripeReports : IReportProvider, IDisposable
{
    private const string Runs = "/v1/reporting/report_runs";
    private const string Types = "/v1/reporting/report_types";

    /// <summary>Where the real PSP keeps its files; the key may go there and to the PSP's own address, and nowhere else.</summary>
    private const string FilesHost = "files.stripe.com";

    private readonly StripeClient _client;
    private readonly StripeOptions _options;
    private readonly HttpClient _files;

    public StripeReports(StripeClient client, StripeOptions options)
    {
        (_client, _options) = (client, options);
        // The time-out is for the first byte; the rest comes as fast as it is stored.
        _files = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = !options.BaseAddress.IsLoopback, ConnectTimeout = TimeSpan.FromSeconds(5) })
        {
            Timeout = options.Guard.Timeout,
        };
    }

    public string Name => _client.Name;

    public async Task<PspAnswer<IReadOnlyList<PspReportType>>> ListTypesAsync(CancellationToken cancellationToken)
    {
        var answer = await _client.GetAsync(Types, body => StripePage<PspReportType>.Read(body, Type), cancellationToken).ConfigureAwait(false);
        return new PspAnswer<IReadOnlyList<PspReportType>>(answer.Verdict, answer.Value?.Items, answer.Error, answer.Exchange) { RetryAfter = answer.RetryAfter, IsHeld = answer.IsHeld };
    }

    public PspRequest OrderReport(NewReport report)
    {
        var form = new StripeForm()
            .Add("report_type", report.Type)
            .Add("parameters[interval_start]", report.From.ToUnixTimeSeconds())
            .Add("parameters[interval_end]", report.To.ToUnixTimeSeconds());
        for (var at = 0; at < report.Columns.Count; at++) form.Add($"parameters[columns][{at}]", report.Columns[at]);
        return new PspRequest(Runs, form.ToString());
    }

    public Task<PspAnswer<PspReport>> SendOrderAsync(PspRequest request, string pspKey, CancellationToken cancellationToken) => _client.PostAsync(request, pspKey, Report, cancellationToken);

    public Task<PspAnswer<PspReport>> FetchReportAsync(string id, CancellationToken cancellationToken) =>
        _client.GetAsync($"{Runs}/{Uri.EscapeDataString(id)}", body => Report(body) is var report && report.Id == id ? report : throw new StripeShapeException("The answer is about another report."), cancellationToken);

    public Task<PspAnswer<IReadOnlyList<PspReport>>> ListReportsAsync(DateTimeOffset createdFrom, DateTimeOffset createdTo, CancellationToken cancellationToken) =>
        _client.ListAsync(StripeRequests.Created(Runs, createdFrom, createdTo), Report, cancellationToken);

    public async Task<PspDownload> OpenAsync(PspReport report, CancellationToken cancellationToken)
    {
        if (report.Url is not { } url || !IsThePsps(url)) return new PspDownload(null, "The report names no file at the PSP.", null);
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _options.ApiKey);
        HttpResponseMessage? response = null;
        try
        {
            response = await _files.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            if ((int)response.StatusCode == 200) return new PspDownload(await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false), null, response);
            var status = (int)response.StatusCode;
            response.Dispose();
            return new PspDownload(null, $"The PSP answered {status} when its file was asked for.", null);
        }
        catch (Exception error) when (error is HttpRequestException or IOException || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            response?.Dispose();
            return new PspDownload(null, $"The PSP's file could not be fetched ({error.GetType().Name}).", null);
        }
    }

    public void Dispose() => _files.Dispose();

    /// <summary>Another host must never see our key, whatever an answer says.</summary>
    private bool IsThePsps(Uri url) => url.IsAbsoluteUri
        && ((url.Scheme == _options.BaseAddress.Scheme && url.Authority == _options.BaseAddress.Authority) || (url.Scheme == Uri.UriSchemeHttps && url.Authority == FilesHost));

    private static PspReportType Type(JsonElement type)
    {
        type.RequireKind("reporting.report_type");
        return new PspReportType(type.RequireText("id"), type.RequireMoment("data_available_end"));
    }

    private static PspReport Report(JsonElement run)
    {
        run.RequireKind("reporting.report_run");
        var (parameters, file) = (run.RequireObject("parameters"), run.ChildObject("result"));
        var status = run.RequireText("status") switch
        {
            "pending" => PspReportStatus.Pending,
            "succeeded" => PspReportStatus.Succeeded,
            "failed" => PspReportStatus.Failed,
            var word => throw new StripeShapeException($"A report can't be \"{word}\"."),
        };
        return new PspReport(
            run.RequireText("id"), run.RequireText("report_type"), Moment(parameters, "interval_start"), Moment(parameters, "interval_end"), status,
            Uri.TryCreate(file?.Text("url"), UriKind.Absolute, out var url) ? url : null, file?.Child("size") is null ? null : file.Value.RequireInteger("size"), run.Text("error"));
    }

    private static DateTimeOffset? Moment(JsonElement parent, string name) => parent.Child(name) is null ? null : parent.RequireMoment(name);
}
