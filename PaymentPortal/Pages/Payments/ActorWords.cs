using PaymentPortal.Core.Common;

namespace PaymentPortal.Pages.Payments;

/// <summary>The stored word for who did something, as people say it.</summary>
public static class ActorWords
{
    /// <param name="byActor">The staff by the value of their actors, as a list reads them once for all its rows.</param>
    public static string NameOf(string actor, IReadOnlyDictionary<string, string> byActor) => byActor.GetValueOrDefault(actor) ?? Of(actor, byActor);

    public static string Of(string actor, IReadOnlyDictionary<string, string> staff) => actor switch
    {
        "buyer" => "customer",
        "psp" => "PSP",
        _ when actor.StartsWith(Actor.StaffPrefix, StringComparison.Ordinal) => staff.GetValueOrDefault(actor[Actor.StaffPrefix.Length..]) ?? "staff " + Parts.PpId.Shorten(actor[Actor.StaffPrefix.Length..]),
        _ when actor.StartsWith("key:", StringComparison.Ordinal) => "API key " + Parts.PpId.Shorten(actor[4..]),
        _ when actor.StartsWith("program:", StringComparison.Ordinal) => "the portal",
        _ => actor,
    };
}
