using PaymentPortal.Sandbox.Control;
using PaymentPortal.Sandbox.Wire;

namespace PaymentPortal.Sandbox.Console;

/// <summary>A fault that people ask for by one button.</summary>
public sealed record Drill(string Name, string Title, string Effect, FaultRule Rule);

/// <summary>The usual troubles of a PSP, each one rule.</summary>
public static class Drills
{
    public static readonly IReadOnlyList<Drill> All =
    [
        new("down", "PSP down", "Every request is answered 503 and does nothing, until you clear it.", new FaultRule { Status = 503 }),
        new("lost", "Answers get lost", "Each change is done, but its answer never comes. Only the same key can tell.",
            new FaultRule { Method = "POST", Do = "timeout_after" }),
        new("flaky", "Shaky line", "Three in ten requests are done and then cut off.", new FaultRule { Probability = 0.3, Do = "reset_after" }),
        new("slow", "Slow", "Every answer takes three seconds longer.", new FaultRule { Do = "slow", DelayMs = 3000 }),
        new("limit", "Rate limit", "Every second request is answered 429 and does nothing.", new FaultRule { Probability = 0.5, Status = 429 }),
    ];

    public static FaultRule Of(string name) =>
        All.FirstOrDefault(drill => drill.Name == name)?.Rule ?? throw StripeError.Invalid("There is no such drill.", "drill");
}
