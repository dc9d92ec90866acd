using System.Text.Json.Nodes;
using PaymentPortal.Sandbox.Connect;
using PaymentPortal.Sandbox.Payments;
using PaymentPortal.Sandbox.Schedule;
using PaymentPortal.Sandbox.Storage;
using PaymentPortal.Sandbox.Wire;

namespace PaymentPortal.Sandbox.Payouts;

/// <summary>
/// Pays out all that is available of a currency and notes which transactions made it up. What an earlier automatic payout took adds up to
/// nothing together with that payout, so the rest is always the whole available balance.
/// </summary>
public sealed class AutomaticPayouts(SandboxStore store, DueWork dueWork, SandboxUnits units)
{
    /// <summary>For the control API: the platform's own payout, now.</summary>
    public async Task<JsonObject> OrderAsync(string currency)
    {
        await dueWork.RunAsync();
        return await store.WriteAsync(db =>
        {
            var unit = units.Of(db);
            var payout = Make(unit, Currencies.Parse(currency, "currency"), BankAccounts.OfPlatform);
            return Documents.Published(payout ?? throw StripeError.Invalid($"There is nothing available to pay out in {currency}.", "currency"));
        });
    }

    /// <returns>Null when nothing is available.</returns>
    public static JsonObject? Make(SandboxUnit unit, string currency, Func<SandboxUnit, string, JsonObject?> bankOf)
    {
        var available = Balance.AvailableOf(unit, currency);
        if (available <= 0 || bankOf(unit, currency) is not { } bank)
        {
            return null;
        }

        var payout = PayoutLife.Start(unit, new PayoutTerms(available, currency, bank) { IsAutomatic = true });
        unit.Db.Execute(
            """
            UPDATE objects SET json = json_set(json, '$._.payout', @2)
            WHERE account = @0 AND type = 'balance_transaction' AND json ->> '$.currency' = @1 AND json ->> '$.status' = 'available'
                AND json ->> '$._.payout' IS NULL
            """,
            unit.Account, currency, payout.Text("id"));
        return payout;
    }
}
