using System.Security.Cryptography;
using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Psp.Stripe;
using PaymentPortal.Sandbox;

namespace PaymentPortal;

/// <summary>Which PSP the engine talks to: the one of the settings, or the embedded sandbox, which is reached over HTTP like any other.</summary>
public sealed record SandboxSetUp(StripeOptions Psp, IReadOnlyList<string> WebhookSecrets, SandboxOptions? Options)
{
    public static SandboxSetUp For(PortalOptions options)
    {
        var guard = new PspGuardSettings { Timeout = options.PspTimeout };
        if (!options.IsSandboxEnabled)
            return new SandboxSetUp(new StripeOptions { BaseAddress = options.PspBaseAddress ?? new Uri("https://api.stripe.com"), ApiKey = options.PspApiKey!, Guard = guard }, options.WebhookSecrets, null);
        var address = ListeningAddress.AsTyped(options.Urls[0]);
        var (secret, connectSecret) = (OwnSecret(options.KeysDirectory, "sandbox-webhook-secret"), OwnSecret(options.KeysDirectory, "sandbox-connect-secret"));
        var psp = new StripeOptions { BaseAddress = options.PspBaseAddress ?? new Uri(address + "/sandbox/psp"), ApiKey = options.PspApiKey ?? options.SandboxApiKey, Guard = guard };
        var sandbox = new SandboxOptions
        {
            Enabled = true,
            ApiKey = options.SandboxApiKey,
            DataFile = DataFile(options),
            DefaultWebhookUrl = address + "/webhooks/psp",
            DefaultWebhookSecret = secret,
            DefaultConnectSecret = connectSecret,
        };
        return new SandboxSetUp(psp, [.. options.WebhookSecrets, secret, connectSecret], sandbox);
    }

    public static string DataFile(PortalOptions options) => Path.Combine(options.DataDirectory, "sandbox.db");

    /// <summary>A secret between the embedded sandbox and ourselves: made once and kept beside the other keys.</summary>
    private static string OwnSecret(string keysDirectory, string name)
    {
        var file = Path.Combine(keysDirectory, name);
        if (File.Exists(file)) return File.ReadAllText(file);
        var secret = "whsec_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var writer = new StreamWriter(file, options);
        writer.Write(secret);
        return secret;
    }
}
