using PaymentPortal.Sandbox.Control;
using PaymentPortal.Sandbox.Wire;

namespace PaymentPortal.Sandbox.Console;

/// <summary>The form of settlement faults: rows per file.</summary>
public static class SettlementForm
{
    /// <summary>Name, title and meaning of each kind, in the order of the page.</summary>
    public static readonly IReadOnlyList<(string Name, string Title, string Meaning, Func<SettlementFaults, int> Read)> Kinds =
    [
        ("missing", "Missing", "rows that are left out", faults => faults.Missing),
        ("extra", "Extra", "rows of payments that never were", faults => faults.Extra),
        ("amount", "Amount", "rows with another gross amount", faults => faults.Amount),
        ("currency", "Currency", "rows in another currency", faults => faults.Currency),
        ("fee", "Fee", "rows with another fee", faults => faults.Fee),
        ("duplicate", "Duplicate", "rows that stand there twice", faults => faults.Duplicate),
        ("status", "Status", "rows that tell of another outcome", faults => faults.Status),
        ("late", "Late", "rows that only come in the next file", faults => faults.Late),
        ("unknown", "Unknown", "rows of a kind that nobody knows", faults => faults.Unknown),
    ];

    public static SettlementFaults Read(IFormCollection form)
    {
        var settlement = new SettlementFaults
        {
            Missing = Rows("missing"), Extra = Rows("extra"), Amount = Rows("amount"), Currency = Rows("currency"), Fee = Rows("fee"),
            Duplicate = Rows("duplicate"), Status = Rows("status"), Late = Rows("late"), Unknown = Rows("unknown"),
        };
        return settlement.Complaint() is { } complaint ? throw StripeError.Invalid($"The settlement faults are as before: {complaint}.") : settlement;

        int Rows(string name) => (int)FormValues.Whole(form, name, $"“{name}”");
    }
}
