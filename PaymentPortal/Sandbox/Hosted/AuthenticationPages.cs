using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using PaymentPortal.Sandbox.Payments;
using PaymentPortal.Sandbox.Storage;

namespace PaymentPortal.Sandbox.Hosted;

/// <summary>The bank's 3D Secure step. Its address carries a token, for whoever can press Complete can spend the card.</summary>
public static class AuthenticationPages
{
    public static string AddressOf(SandboxUnit unit, JsonObject intent) =>
        $"{unit.BaseAddress}/authenticate/{intent.Text("id")}/{intent.HiddenOf().Text("authentication")}";

    public static PageAnswer Show(SandboxUnit unit, string intentId, string token) => Find(unit, intentId, token) switch
    {
        null => Unknown(),
        var intent when intent.Text("status") == "requires_action" => PageAnswer.Show(HostedHtml.AuthenticationPage(intent), LeavesTo(unit, intent)),
        var intent => Leave(unit, intent),
    };

    public static PageAnswer Decide(SandboxUnit unit, string intentId, string token, bool isAuthenticated)
    {
        var intent = Find(unit, intentId, token);
        if (intent is null)
        {
            return Unknown();
        }

        if (intent.Text("status") == "requires_action")
        {
            IntentLife.Authenticate(unit, intent, isAuthenticated);
        }

        return Leave(unit, intent);
    }

    private static JsonObject? Find(SandboxUnit unit, string intentId, string token) =>
        Documents.Find(unit, Intents.Type, intentId) is { } intent && intent.HiddenOf().TextOrNull("authentication") is { } wanted
            && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(wanted), Encoding.UTF8.GetBytes(token))
            ? intent
            : null;

    private static PageAnswer Leave(SandboxUnit unit, JsonObject intent)
    {
        if (SessionOf(unit, intent) is { } session)
        {
            return PageAnswer.Go(session.Text("status") == "complete"
                ? SessionLife.SuccessAddress(session)
                : $"{unit.BaseAddress}/pay/{session.Text("id")}?retry=1");
        }

        return intent.HiddenOf().TextOrNull("return_url") is { } address
            ? PageAnswer.Go(WithResult(address, intent))
            : PageAnswer.Show(HostedHtml.Notice("You can close this page", "The shop will tell you how the payment went."));
    }

    private static string WithResult(string address, JsonObject intent)
    {
        var result = intent.Text("status") is "succeeded" or "requires_capture" or "processing" ? "succeeded" : "failed";
        var query = $"payment_intent={intent.Text("id")}&payment_intent_client_secret={intent.Text("client_secret")}&redirect_status={result}";
        return $"{address}{(address.Contains('?') ? '&' : '?')}{query}";
    }

    private static string? LeavesTo(SandboxUnit unit, JsonObject intent) =>
        SessionOf(unit, intent)?.Text("success_url") ?? intent.HiddenOf().TextOrNull("return_url");

    private static JsonObject? SessionOf(SandboxUnit unit, JsonObject intent) =>
        intent.HiddenOf().TextOrNull("session") is { } id ? Documents.Load(unit, Sessions.Type, id) : null;

    private static PageAnswer Unknown() =>
        PageAnswer.Show(HostedHtml.Notice("Page not found", "There is nothing to confirm at this address."), status: StatusCodes.Status404NotFound);
}
