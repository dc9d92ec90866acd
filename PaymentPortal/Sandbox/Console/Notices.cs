namespace PaymentPortal.Sandbox.Console;

/// <summary>What the page says after an act. The address names a notice and never holds its text.</summary>
public static class Notices
{
    private static readonly Dictionary<string, string> Texts = new()
    {
        ["drill"] = "The drill has begun. It runs until you remove it.",
        ["faults-add"] = "The fault is in force.",
        ["faults-remove"] = "The fault is gone.",
        ["faults-clear"] = "All faults are cleared. The sandbox works as it should.",
        ["faults-webhooks"] = "The webhook faults are saved.",
        ["faults-settlement"] = "The settlement faults are saved. They go into the files made from now on.",
        ["clock"] = "The clock was moved, and what became due was done.",
        ["automatic-payout"] = "The automatic payout is on its way.",
    };

    public static string? Of(string name) => Texts.GetValueOrDefault(name);
}
