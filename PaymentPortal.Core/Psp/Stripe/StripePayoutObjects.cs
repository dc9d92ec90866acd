using System.Text.Json;

namespace PaymentPortal.Core.Psp.Stripe;

/// <summary>Makes our records of accounts, transfers, reversals and payouts. A status that we don't know is not guessed at.</summary>
internal static class StripePayoutObjects
{
    public static PspAccount Account(JsonElement account)
    {
        account.RequireKind("account");
        return new PspAccount(
            account.RequireText("id"), account.RequireFlag("payouts_enabled"), Key(account), account.ChildObject("metadata")?.Text(StripePayoutRequests.BankKeyField), account.RequireMoment("created"));
    }

    public static PspTransfer Transfer(JsonElement transfer)
    {
        transfer.RequireKind("transfer");
        var currency = transfer.RequireCurrency();
        return new PspTransfer(
            transfer.RequireText("id"), transfer.RequireMoney("amount", currency), transfer.RequireMoney("amount_reversed", currency),
            transfer.Id("destination") ?? throw new StripeShapeException("The transfer names no account."), Key(transfer), transfer.RequireMoment("created"));
    }

    public static PspReversal Reversal(JsonElement reversal)
    {
        reversal.RequireKind("transfer_reversal");
        return new PspReversal(
            reversal.RequireText("id"), reversal.Id("transfer") ?? throw new StripeShapeException("The reversal names no transfer."),
            reversal.RequireMoney("amount", reversal.RequireCurrency()), Key(reversal), reversal.RequireMoment("created"));
    }

    public static PspPayout Payout(JsonElement payout)
    {
        payout.RequireKind("payout");
        return new PspPayout(
            payout.RequireText("id"), Status(payout.RequireText("status")), payout.RequireMoney("amount", payout.RequireCurrency()), Key(payout),
            payout.RequireMoment("created"), payout.RequireMoment("arrival_date"), payout.Text("failure_code"), payout.Text("failure_message"));
    }

    private static string? Key(JsonElement parent) => parent.ChildObject("metadata")?.Text(StripeRequests.PspKeyField);

    private static PspPayoutStatus Status(string word) => word switch
    {
        "pending" => PspPayoutStatus.Pending,
        "in_transit" => PspPayoutStatus.InTransit,
        "paid" => PspPayoutStatus.Paid,
        "failed" => PspPayoutStatus.Failed,
        "canceled" => PspPayoutStatus.Canceled,
        _ => throw new StripeShapeException($"A payout can't be \"{word}\"."),
    };
}
