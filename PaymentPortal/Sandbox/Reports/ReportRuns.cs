using System.Text.Json.Nodes;
using PaymentPortal.Sandbox.Connect;
using PaymentPortal.Sandbox.Payments;
using PaymentPortal.Sandbox.Payouts;
using PaymentPortal.Sandbox.Schedule;
using PaymentPortal.Sandbox.Storage;
using PaymentPortal.Sandbox.Wire;

namespace PaymentPortal.Sandbox.Reports;

/// <summary>/v1/reporting/report_runs. An order is checked whole before it is taken, so a run fails only when its account is gone by then.</summary>
public static class ReportRuns
{
    public const string Type = "reporting.report_run";
    public const string Kind = "report_run";

    public static IEnumerable<ApiRoute> Routes =>
    [
        ApiRoute.Post("/v1/reporting/report_runs", Create, new FieldsSpec()
            .Require("report_type", ParamSpec.Text()).With("parameters", new FieldsSpec()
                .With("columns", ParamSpec.ListOf(ParamSpec.Text())).With("connected_account", ParamSpec.Text()).With("currency", ParamSpec.Text())
                .With("interval_end", ParamSpec.Whole(0)).With("interval_start", ParamSpec.Whole(0)).With("payout", ParamSpec.Text())
                .With("reporting_category", ParamSpec.Text()).With("timezone", ParamSpec.Text()))),
        ApiRoute.List("/v1/reporting/report_runs", call => new ListPage(call, Type).ByCreated().Fetch(), new FieldsSpec().With("created", ParamSpec.Range())),
        ApiRoute.Get("/v1/reporting/report_runs/{report_run}", call => call.Load(Type, "report_run")),
    ];

    private static ApiResult Create(ApiCall call)
    {
        var id = call.Params.Text("report_type")!;
        var type = ReportTypes.Find(id) ?? throw StripeError.NoSuch("reporting report type", id, "report_type", 400);
        var sent = call.Params.Find("parameters") ?? new FormNode();
        CheckPeriod(call, type, sent);
        CheckObjects(call, type, sent);
        CheckColumns(type, sent);
        var run = new JsonObject
        {
            ["id"] = Ids.New("frr_1"),
            ["object"] = Type,
            ["created"] = call.Unit.Seconds,
            ["error"] = null,
            ["livemode"] = false,
            ["parameters"] = Parameters(sent),
            ["report_type"] = type.Id,
            ["result"] = null,
            ["status"] = "pending",
            ["succeeded_at"] = null,
            [Documents.Hidden] = new JsonObject { ["base"] = call.Unit.BaseAddress },
        };
        Documents.Insert(call.Unit, run);
        DueWork.Plan(call.Unit, call.Unit.Now.AddSeconds(call.Unit.Options.ReportSeconds), Kind, run.Text("id"));
        return run;
    }

    private static void CheckPeriod(ApiCall call, ReportType type, FormNode sent)
    {
        if (type.Family == ReportFamily.OnePayout)
        {
            return;
        }

        // The ending balance is that of one moment; all others are of a period.
        var names = type.Family == ReportFamily.EndingBalance ? new[] { "interval_end" } : ["interval_start", "interval_end"];
        foreach (var name in names)
        {
            var value = sent.Whole(name) ?? throw StripeError.Missing($"parameters[{name}]");
            if (value < ReportTypes.AvailableFrom || value > call.Unit.Seconds)
            {
                throw StripeError.Invalid(
                    $"The `{name}` of {value} is outside the period for which data is available, {ReportTypes.AvailableFrom} to {call.Unit.Seconds}.", $"parameters[{name}]");
            }
        }

        if (sent.Whole("interval_start") is { } start && start >= sent.Whole("interval_end"))
        {
            throw StripeError.Invalid("The `interval_start` must be before the `interval_end`.", "parameters[interval_start]");
        }
    }

    private static void CheckObjects(ApiCall call, ReportType type, FormNode sent)
    {
        if (sent.Text("connected_account") is { } account && !Accounts.Exists(call.Unit.Db, account))
        {
            throw StripeError.NoSuch(Accounts.Type, account, "parameters[connected_account]", 400);
        }

        if (sent.Text("currency") is { } currency)
        {
            Currencies.Parse(currency, "parameters[currency]");
        }

        if (sent.Text("timezone") is { } zone && !TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _))
        {
            throw StripeError.Invalid($"Invalid time zone: {zone}", "parameters[timezone]");
        }

        if (type.Family != ReportFamily.OnePayout)
        {
            return;
        }

        var id = sent.Text("payout") ?? throw StripeError.Missing("parameters[payout]");
        var payout = Documents.Find(call.Unit.As(sent.Text("connected_account") ?? ""), PayoutRoutes.Type, id)
            ?? throw StripeError.NoSuch(PayoutRoutes.Type, id, "parameters[payout]", 400);
        if (payout.Text("reconciliation_status") != "completed")
        {
            throw StripeError.State($"Payout {id} is not ready to be reconciled: only automatic payouts are, once they are on their way.", "payout_reconciliation_not_ready");
        }
    }

    private static void CheckColumns(ReportType type, FormNode sent)
    {
        if (sent.Texts("columns").FirstOrDefault(column => !ReportColumns.IsColumn(type, column)) is { } unknown)
        {
            throw StripeError.Invalid($"Invalid column: {unknown} is not a column of {type.Id}.", "parameters[columns]");
        }
    }

    /// <summary>As sent, and nothing more: what was left out is absent.</summary>
    private static JsonObject Parameters(FormNode sent)
    {
        var parameters = new JsonObject();
        foreach (var (name, value) in sent.Parts)
        {
            parameters[name] = name switch
            {
                "columns" => Values.Array(sent.Texts(name)),
                "interval_start" or "interval_end" => sent.Whole(name),
                "currency" => value.Value!.ToLowerInvariant(),
                _ => value.Value,
            };
        }

        return parameters;
    }
}
