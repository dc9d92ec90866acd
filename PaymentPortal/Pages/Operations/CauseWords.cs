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
}
