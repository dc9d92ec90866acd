using System.Globalization;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Retries;

namespace PaymentPortal.Pages.Operations;

/// <summary>What a cause means. A fault of ours bears the name of an exception, which no catalogue of the PSP's codes can explain.</summary>
internal static class CauseWords
{
    public static ErrorText Of(string party, string code)
    {
        var text = PspErrorCatalogue.Find(code);
        return text.IsKnown || party != TaskFailure.Us ? text : text with { What = "A fault of the program itself", Who = ErrorOwner.Admin, Next = "Read the log of that moment. Redrive when it is mended." };
    }

    public static ErrorText Of(CauseRow cause) => Of(cause.Party, cause.Code);

    /// <summary>The worst of its letters decides: what is not known may have been taken.</summary>
    public static MoneyEffect EffectOf(CauseRow cause) => cause.Unknown > 0 ? MoneyEffect.Unknown : cause.Taken > 0 ? MoneyEffect.Taken : MoneyEffect.None;

    public static string MoneyOf(CauseRow cause)
    {
        List<string> parts = [];
        if (cause.Unknown > 0) parts.Add(string.Create(CultureInfo.InvariantCulture, $"Unknown for {cause.Unknown} of {cause.Open} – ask the PSP before they are redriven"));
        if (cause.Taken > 0) parts.Add(string.Create(CultureInfo.InvariantCulture, $"The PSP moved it for {cause.Taken} of {cause.Open}; our books wait for what it says next"));
        return parts.Count == 0 ? "No money has moved" : string.Join(". ", parts);
    }
}
