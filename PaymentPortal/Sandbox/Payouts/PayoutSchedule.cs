using System.Text.Json.Nodes;
using PaymentPortal.Sandbox.Connect;
using PaymentPortal.Sandbox.Schedule;
using PaymentPortal.Sandbox.Storage;

namespace PaymentPortal.Sandbox.Payouts;

/// <summary>Daily automatic payouts of accounts whose schedule is daily, at midnight UTC. One timer an account, planned anew each day.</summary>
public static class PayoutSchedule
{
    public const string Kind = "payout_schedule";

    /// <param name="unit">The account's own side.</param>
    /// <param name="account">The account, as it is from now on.</param>
    public static void Follow(SandboxUnit unit, JsonObject account)
    {
        unit.Db.Execute("DELETE FROM timers WHERE kind = @0 AND id = @1", Kind, unit.Account);
        if (IsDaily(account))
        {
            PlanNext(unit);
        }
    }

    /// <summary>Timer, about the account itself.</summary>
    public static void PayOut(SandboxUnit unit, string id)
    {
        if (Documents.Find(unit.As(""), Accounts.Type, id) is not { } account || !IsDaily(account))
        {
            return;
        }

        var own = unit.As(id);
        PlanNext(own);
        foreach (var currency in own.Db.Query("SELECT currency FROM balances WHERE account = @0 AND available > 0", row => row.GetString(0), id))
        {
            AutomaticPayouts.Make(own, currency, BankAccounts.Of);
        }
    }

    private static void PlanNext(SandboxUnit unit) =>
        DueWork.Plan(unit, new DateTimeOffset(unit.Now.UtcDateTime.Date, TimeSpan.Zero).AddDays(1), Kind, unit.Account);

    private static bool IsDaily(JsonObject account) => account["settings"]!["payouts"]!["schedule"]!["interval"]!.GetValue<string>() == "daily";
}
