using System.Text.Json.Nodes;
using PaymentPortal.Sandbox.Events;
using PaymentPortal.Sandbox.Payments;
using PaymentPortal.Sandbox.Storage;
using PaymentPortal.Sandbox.Wire;

namespace PaymentPortal.Sandbox.Disputes;

/// <summary>/v1/disputes. Nobody can make one here: cardholders do, by test cards.</summary>
public static class DisputeRoutes
{
    public const string Type = "dispute";

    public static IEnumerable<ApiRoute> All =>
    [
        ApiRoute.List("/v1/disputes", List, new FieldsSpec()
            .With("charge", ParamSpec.Text()).With("created", ParamSpec.Range()).With("payment_intent", ParamSpec.Text())),
        ApiRoute.Get("/v1/disputes/{dispute}", call => Current(call.Unit, call.Load(Type, Type))),
        ApiRoute.Post("/v1/disputes/{dispute}", Update, new FieldsSpec()
            .With("evidence", Evidence.Params).With("metadata", ParamSpec.Metadata()).With("submit", ParamSpec.Flag())
            .Ignoring("intended_submission_method")),
        ApiRoute.Post("/v1/disputes/{dispute}/close", Close),
    ];

    private static ApiResult List(ApiCall call)
    {
        var page = new ListPage(call, Type).ByCreated().ByObject("charge", Charges.Type).ByObject("payment_intent", Intents.Type).Fetch();
        foreach (var item in (JsonArray)page["data"]!)
        {
            Current(call.Unit, (JsonObject)item!);
        }

        return page;
    }

    private static ApiResult Update(ApiCall call)
    {
        var dispute = call.Load(Type, Type);
        if (DisputeLife.IsOver(dispute))
        {
            throw StripeError.State($"This dispute is already closed, with a status of {dispute.Text("status")}.");
        }

        var hasEvidence = call.Params.Has("evidence");
        if ((hasEvidence || call.Params.Has("submit")) && !DisputeLife.AwaitsResponse(dispute))
        {
            throw StripeError.State("Evidence for this dispute has already been submitted.");
        }

        Values.MergeMetadata(dispute, call.Params);
        Evidence.Merge(call, dispute);

        // Whoever sends evidence and says nothing of submitting it has submitted it.
        if (call.Params.Has("submit") ? call.Params.Flag("submit") : hasEvidence)
        {
            DisputeLife.Submit(call.Unit, dispute);
        }

        Documents.Save(call.Unit, dispute);
        EventLog.Emit(call.Unit, "charge.dispute.updated", dispute);
        return Current(call.Unit, dispute);
    }

    private static ApiResult Close(ApiCall call)
    {
        var dispute = call.Load(Type, Type);
        if (!DisputeLife.AwaitsResponse(dispute))
        {
            throw StripeError.State($"You cannot close this dispute because it has a status of {dispute.Text("status")}.");
        }

        DisputeLife.Lose(call.Unit, dispute);
        return Current(call.Unit, dispute);
    }

    /// <summary>The transactions inside a dispute become available like any others.</summary>
    private static JsonObject Current(SandboxUnit unit, JsonObject dispute)
    {
        var ids = ((JsonArray)dispute["balance_transactions"]!).Select(item => ((JsonObject)item!).Text("id")).ToList();
        dispute["balance_transactions"] = new JsonArray([.. ids.Select(id => Documents.Load(unit, BalanceTransactions.Type, id))]);
        return dispute;
    }
}
