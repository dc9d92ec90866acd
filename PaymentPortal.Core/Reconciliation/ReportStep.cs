using PaymentPortal.Core.Common;
using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Reconciliation;

/// <summary>Gets one report: orders it under the key rule, waits until the PSP has made it, reads it in, and accepts it when every row of it can be read.</summary>
public sealed class ReportStep(WriteLane lane, IReportProvider psp, PspHealth health, PspPosts posts, SettlementGate gate, SettlementDesk desk) : IRetryHandler
{
    private static readonly Actor By = Actor.Program("settlement-report");
    private static readonly TimeSpan DataLag = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan[] Polls = [TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(5)];

    public string Kind => SettlementReports.Step;

    public TaskEnd.Held? Hold() => PspTrouble.Hold(health);

    public async Task<TaskEnd> RunAsync(ClaimedTask task, CancellationToken cancellationToken)
    {
        var order = await lane.RunAsync(unit => ReportOrder.Find(unit, task.SubjectId)!, cancellationToken).ConfigureAwait(false);
        if (order.RunId is { } run) return await FetchAsync(task, order, run, cancellationToken).ConfigureAwait(false);
        if (order.ReportType is not null) return await posts.RunAsync(task, Post(order), cancellationToken).ConfigureAwait(false);
        return await ChooseAsync(task, order, cancellationToken).ConfigureAwait(false) ?? await posts.RunAsync(task, Post(order), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The newest version that there is. Null once it is chosen.</summary>
    private async Task<TaskEnd?> ChooseAsync(ClaimedTask task, ReportOrder order, CancellationToken cancellationToken)
    {
        var answer = await psp.ListTypesAsync(cancellationToken).ConfigureAwait(false);
        if (answer.Value is not { } types) return PspTrouble.Of(psp.Name, RetryOperations.Report, answer, MoneyEffect.None);
        var newest = types.Select(type => (Type: type, Version: ReportNames.Version(type.Id, order.Kind))).Where(one => one.Version is not null).OrderByDescending(one => one.Version).FirstOrDefault().Type;
        if (newest is null) return new TaskEnd.Dead(Failure("report_type_missing", $"The PSP offers no {ReportNames.Stem(order.Kind)} report.", ErrorClass.Rejected));
        return await lane.RunAsync<TaskEnd?>(
            unit =>
            {
                if (newest.DataUntil < order.PeriodTo)
                {
                    RetryQueue.Wait(unit, task, unit.Now + DataLag, "The PSP's data does not reach to the end of that day yet.");
                    return new TaskEnd.Settled();
                }
                unit.Execute("UPDATE report_orders SET report_type = $2 WHERE order_id = $1", order.OrderId, newest.Id);
                return null;
            },
            cancellationToken).ConfigureAwait(false);
    }

    private PspPost<PspReport> Post(ReportOrder order) => new(order.OrderId, $"report-{order.Round}", RetryOperations.Report, MoneyEffect.None)
    {
        IsWanted = unit => ReportOrder.Find(unit, order.OrderId) is { RunId: null, DoneAt: null },
        Build = (unit, _) => psp.OrderReport(new NewReport(ReportOrder.Find(unit, order.OrderId)!.ReportType!, order.PeriodFrom, order.PeriodTo, ReportNames.Columns(order.Kind))),
        Send = psp.SendOrderAsync,
        List = (call, stop) => SameAsync(order, call, stop),
        KeyOf = report => report.PspKey,
        Made = (unit, task, report) =>
        {
            unit.Execute("UPDATE report_orders SET run_id = $2 WHERE order_id = $1", order.OrderId, report.Id);
            RetryQueue.PutOff(unit, task, unit.Now + Polls[0], isPoll: true);
        },
    };

    /// <summary>A report of the same type and period is the same report, whoever ordered it.</summary>
    private async Task<PspAnswer<IReadOnlyList<PspReport>>> SameAsync(ReportOrder order, PspCall call, CancellationToken cancellationToken)
    {
        var answer = await psp.ListReportsAsync(call.FirstSentAt - PspPosts.ClockSlack, call.FirstSentAt + KeyRule.KeyLife + PspPosts.ClockSlack, cancellationToken).ConfigureAwait(false);
        return answer with
        {
            Value = answer.Value?.Select(report => report.From == order.PeriodFrom && report.To == order.PeriodTo && ReportNames.Version(report.Type, order.Kind) is not null ? report with { PspKey = call.PspKey } : report).ToList(),
        };
    }

    private async Task<TaskEnd> FetchAsync(ClaimedTask task, ReportOrder order, string run, CancellationToken cancellationToken)
    {
        var answer = await psp.FetchReportAsync(run, cancellationToken).ConfigureAwait(false);
        if (answer.Value is not { } report) return PspTrouble.Of(psp.Name, RetryOperations.Report, answer, MoneyEffect.None);
        if (report.Status == PspReportStatus.Failed) return new TaskEnd.Dead(Failure("report_failed", $"The PSP could not make the report: {report.Error ?? "no reason given"}", ErrorClass.Rejected));
        if (report.Status == PspReportStatus.Succeeded) return await ReadAsync(task, order, report, cancellationToken).ConfigureAwait(false);
        await lane.RunAsync(
            unit =>
            {
                RetryQueue.PutOff(unit, task, unit.Now + Polls[Math.Min(task.Polls, Polls.Length - 1)], isPoll: true);
                return 0;
            },
            CancellationToken.None).ConfigureAwait(false);
        return new TaskEnd.Settled();
    }

    private async Task<TaskEnd> ReadAsync(ClaimedTask task, ReportOrder order, PspReport report, CancellationToken cancellationToken)
    {
        Result<TakenIn> staged = await StagedAsync(order, cancellationToken).ConfigureAwait(false) is { } before ? before : await StageAsync(order, report, cancellationToken).ConfigureAwait(false);
        if (staged.IsRefused) return new TaskEnd.Again(Failure("report_unread", staged.Refusal!.Text, staged.Refusal.Code == RefusalCodes.PspUnavailable ? ErrorClass.Unreachable : ErrorClass.Rejected));
        // Somebody was quicker and brought the same file in by hand: what he began is carried on, and what he takes back has to be gone first.
        if (staged.Value.TwinState == SettlementFileState.RollingBack) return PspTrouble.NotReady(psp.Name, RetryOperations.Report, "report_being_rolled_back", "The same file is just being rolled back.", MoneyEffect.None);
        var accepted = await desk.AcceptAsync(staged.Value.Id, By, cancellationToken).ConfigureAwait(false);
        if (accepted.IsRefused) return new TaskEnd.Dead(Failure("report_unreadable", accepted.Refusal!.Text, ErrorClass.Rejected));
        await lane.RunAsync(
            unit =>
            {
                unit.Execute("UPDATE report_orders SET file_id = $2, done_at = $3 WHERE order_id = $1", order.OrderId, staged.Value.Id.Value, unit.Now);
                RetryQueue.Finish(unit, task);
                return 0;
            },
            CancellationToken.None).ConfigureAwait(false);
        return new TaskEnd.Settled();
    }

    /// <summary>What an earlier try of this step read in before its process died.</summary>
    private Task<TakenIn?> StagedAsync(ReportOrder order, CancellationToken cancellationToken) => lane.RunAsync<TakenIn?>(
        unit => unit.QueryFirst(
            "SELECT file_id FROM settlement_files WHERE origin = 'Psp' AND kind = $1 AND period_from = $2 AND period_to = $3 AND state IN ('Staged', 'Accepting', 'Accepted')",
            row => row.GetString(0), order.Kind, order.PeriodFrom, order.PeriodTo) is { } id ? new TakenIn(new SettlementFileId(id), null) : null,
        cancellationToken);

    private async Task<Result<TakenIn>> StageAsync(ReportOrder order, PspReport report, CancellationToken cancellationToken)
    {
        using var download = await psp.OpenAsync(report, cancellationToken).ConfigureAwait(false);
        if (download.Content is not { } content) return new Refusal(RefusalCodes.PspUnavailable, 503, download.Fault!);
        try
        {
            return await gate.TakeInAsync(new IncomingFile(order.OrderId + ".csv", SettlementOrigin.Psp, By, order.PeriodFrom, order.PeriodTo, report.Bytes), content, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or HttpRequestException)
        {
            return new Refusal(RefusalCodes.PspUnavailable, 503, $"The PSP's file broke off ({error.GetType().Name}); nothing of it was kept.");
        }
    }

    private TaskFailure Failure(string code, string reason, ErrorClass error) => new(RetryOperations.Report, error, psp.Name, code, reason, MoneyEffect.None);
}

/// <summary>The PSP's names: reports by their stem with a version behind it, and the columns that we read.</summary>
internal static class ReportNames
{
    public static string Stem(SettlementKind kind) => kind switch
    {
        SettlementKind.Activity => "balance_change_from_activity.itemized",
        SettlementKind.Payouts => "payouts.itemized",
    };

    public static int? Version(string type, SettlementKind kind) =>
        type.StartsWith(Stem(kind) + ".", StringComparison.Ordinal) && int.TryParse(type.AsSpan(Stem(kind).Length + 1), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var version)
            ? version : null;

    public static IReadOnlyList<string> Columns(SettlementKind kind) => kind switch
    {
        SettlementKind.Activity => ["balance_transaction_id", "created_utc", "available_on_utc", "currency", "gross", "fee", "net", "reporting_category", "source_id"],
        SettlementKind.Payouts => ["payout_id", "effective_at_utc", "currency", "balance_transaction_id", "gross", "fee", "net", "reporting_category", "payout_status"],
    };
}

/// <summary>A dead step of a report: redriven, a failed run is ordered anew.</summary>
public sealed class DeadReport : IDeadStep
{
    public string Kind => SettlementReports.Step;

    public string Label => "Settlement report";

    public string Act => "'Get the settlement report ' || d.subject_id";

    public IReadOnlyList<RedriveSkip> Skips { get; } = [];

    public DeadSubject Describe(UnitOfWork unit, string subjectId) => new(null, null);

    public void Revive(UnitOfWork unit, string subjectId) =>
        unit.Execute("UPDATE report_orders SET round = round + 1, run_id = NULL, report_type = NULL WHERE order_id = $1 AND run_id IS NOT NULL AND done_at IS NULL", subjectId);

    public string? WhyNotGiveUp(UnitOfWork unit, string subjectId) => null;

    public void GiveUp(UnitOfWork unit, string subjectId) => unit.Execute("UPDATE report_orders SET done_at = $2 WHERE order_id = $1", subjectId, unit.Now);
}
