using System.Text.Json.Nodes;
using PaymentPortal.Sandbox.Storage;
using PaymentPortal.Sandbox.Wire;

namespace PaymentPortal.Sandbox.Payouts;

/// <summary>What a new payout is made of.</summary>
public sealed record PayoutTerms(long Amount, string Currency, JsonObject Bank)
{
    /// <summary>Made by the schedule: it can be itemised and not be cancelled.</summary>
    public bool IsAutomatic { get; init; }

    public string? Description { get; init; }

    public JsonObject Metadata { get; init; } = [];

    public string? StatementDescriptor { get; init; }

    public string SourceType { get; init; } = "card";
}

/// <summary>A new payout as JSON.</summary>
public static class PayoutDocument
{
    private const int ArrivalDays = 2;

    public static JsonObject Build(SandboxUnit unit, PayoutTerms terms) => new()
    {
        ["id"] = Ids.New("po_1"),
        ["object"] = PayoutRoutes.Type,
        ["amount"] = terms.Amount,
        ["application_fee"] = null,
        ["application_fee_amount"] = null,
        ["arrival_date"] = new DateTimeOffset(unit.Now.UtcDateTime.Date, TimeSpan.Zero).AddDays(ArrivalDays).ToUnixTimeSeconds(),
        ["automatic"] = terms.IsAutomatic,
        ["balance_transaction"] = null,
        ["created"] = unit.Seconds,
        ["currency"] = terms.Currency,
        ["description"] = terms.Description ?? (terms.IsAutomatic ? "STRIPE PAYOUT" : null),
        ["destination"] = terms.Bank.Text("id"),
        ["failure_balance_transaction"] = null,
        ["failure_code"] = null,
        ["failure_message"] = null,
        ["livemode"] = false,
        ["metadata"] = terms.Metadata,
        ["method"] = "standard",
        ["original_payout"] = null,
        ["payout_method"] = null,
        ["reconciliation_status"] = terms.IsAutomatic ? "in_progress" : "not_applicable",
        ["reversed_by"] = null,
        ["source_type"] = terms.SourceType,
        ["statement_descriptor"] = terms.StatementDescriptor,
        ["status"] = "pending",
        ["trace_id"] = Trace("pending", null),
        ["type"] = "bank_account",
    };

    public static JsonObject Trace(string status, string? value) => new() { ["status"] = status, ["value"] = value };
}
