using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Payments.Disputes;
using PaymentPortal.Core.Storage;

namespace PaymentPortal;

/// <summary>Every setting of the program, read and checked once at start. An error names the key to change.</summary>
public sealed record PortalOptions
{
    public required string DataDirectory { get; init; }

    public required string KeysDirectory { get; init; }

    /// <summary>Fixed by Checkout:PublicBaseAddress; null means the first listening address.</summary>
    public string? PublicBaseAddress { get; init; }

    /// <summary>The addresses that the server listens on, as configured.</summary>
    public required IReadOnlyList<string> Urls { get; init; }

    public required bool IsSandboxEnabled { get; init; }

    public required string SandboxApiKey { get; init; }

    public Uri? PspBaseAddress { get; init; }

    public string? PspApiKey { get; init; }

    /// <summary>How long a call to the PSP may take before its outcome counts as unknown.</summary>
    public required TimeSpan PspTimeout { get; init; }

    public required IReadOnlyList<string> WebhookSecrets { get; init; }

    public required IReadOnlyList<string> KnownProxies { get; init; }

    public required int PlatformFeeBasisPoints { get; init; }

    public required string MerchantName { get; init; }

    /// <summary>Lets merchant webhooks go to this host and private networks, and over plain http.</summary>
    public required bool AllowsPrivateWebhooks { get; init; }

    /// <summary>What one person may move alone, and what needs a second one.</summary>
    public required ApprovalLimits ApprovalLimits { get; init; }

    public required DisputeSettings Disputes { get; init; }

    public required bool IsDevelopment { get; init; }

    /// <summary>The shop lets anyone make checkouts, so it is there only where no real money is.</summary>
    public bool HasDemoShop => IsDevelopment && IsSandboxEnabled;

    public static PortalOptions Read(IConfiguration configuration, IHostEnvironment environment)
    {
        var isDevelopment = environment.IsDevelopment();
        var data = Path.GetFullPath(configuration["Data:Directory"] ?? "data", environment.ContentRootPath);
        // Never by default in Production: the sandbox takes test cards for real goods.
        var isSandboxEnabled = Flag(configuration, "Sandbox:Enabled", isDevelopment);
        var options = new PortalOptions
        {
            DataDirectory = data,
            KeysDirectory = Path.GetFullPath(configuration["Keys:Directory"] ?? Path.Combine(data, "keys"), environment.ContentRootPath),
            PublicBaseAddress = Address(configuration, "Checkout:PublicBaseAddress")?.ToString().TrimEnd('/'),
            Urls = configuration["urls"]!.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
            IsSandboxEnabled = isSandboxEnabled,
            SandboxApiKey = configuration["Sandbox:ApiKey"] ?? (isDevelopment || !isSandboxEnabled ? "sk_test_sandbox" : throw Wrong("Sandbox:ApiKey", "must be set when the sandbox runs outside Development")),
            PspBaseAddress = Address(configuration, "Psp:BaseAddress"),
            PspApiKey = configuration["Psp:ApiKey"],
            PspTimeout = TimeSpan.FromSeconds(Number(configuration, "Psp:TimeoutSeconds", 15, 1, 120)),
            WebhookSecrets = [.. configuration.GetSection("Psp:WebhookSecrets").GetChildren().Select(child => child.Value).OfType<string>().Where(secret => secret.Length > 0)],
            KnownProxies = [.. configuration.GetSection("Proxy:Known").GetChildren().Select(child => child.Value).OfType<string>()],
            PlatformFeeBasisPoints = Number(configuration, "Checkout:PlatformFeeBasisPoints", 250, 0, 10_000),
            MerchantName = configuration["Checkout:MerchantName"] ?? "Demo platform",
            // In Development the receiver sits beside us; elsewhere an endpoint's address is somebody else's word.
            AllowsPrivateWebhooks = Flag(configuration, "Webhooks:AllowPrivateAddresses", isDevelopment),
            ApprovalLimits = Limits(configuration),
            Disputes = new DisputeSettings(Bearer(configuration), TimeSpan.FromHours(Number(configuration, "Disputes:WarnBeforeHours", 72, 1, 720))),
            IsDevelopment = isDevelopment,
        };
        options.Check(configuration);
        return options;
    }

    private void Check(IConfiguration configuration)
    {
        if (configuration["Storage:Provider"] is { } provider and not "Sqlite") throw Wrong("Storage:Provider", $"is '{provider}', but this version stores in Sqlite only");
        if (configuration["Events:Broker"] is { } broker and not "InProcess") throw Wrong("Events:Broker", $"is '{broker}', but this version carries events InProcess only");
        if (!IsDevelopment && KnownProxies.Count == 0 && Urls.Any(url => url.StartsWith("http://", StringComparison.OrdinalIgnoreCase)))
            throw Wrong("Proxy:Known", "must list the proxies that may speak plain HTTP to us, or ASPNETCORE_URLS must be https");
        if (KnownProxies.FirstOrDefault(proxy => !System.Net.IPAddress.TryParse(proxy, out _)) is { } wrong) throw Wrong("Proxy:Known", $"holds '{wrong}', which is not an IP address");
        if (IsSandboxEnabled) return;
        if (!IsDevelopment && PspBaseAddress is { IsLoopback: false } psp && psp.Scheme != Uri.UriSchemeHttps) throw Wrong("Psp:BaseAddress", $"is '{psp}', but outside Development the PSP is spoken to over https only");
        if (PspApiKey is null) throw Wrong("Psp:ApiKey", "must be set: the sandbox is off and there is no other PSP");
        if (WebhookSecrets.Count == 0) throw Wrong("Psp:WebhookSecrets:0", "must be set: without it no webhook of the PSP can be believed");
    }

    private static DisputeBearer Bearer(IConfiguration configuration)
    {
        if (configuration["Disputes:LossBornBy"] is not { Length: > 0 } text) return DisputeSettings.Usual.Bearer;
        return Enum.GetValues<DisputeBearer>().Where(one => one.ToString() == text).Select(one => (DisputeBearer?)one).FirstOrDefault() ?? throw Wrong("Disputes:LossBornBy", $"is '{text}', but must be Seller or Platform");
    }

    /// <summary>Approvals:Single, :Daily, :CheckerDaily and :Redrive in minor units; Approvals:USD:Single and so on for one currency.</summary>
    private static ApprovalLimits Limits(IConfiguration configuration)
    {
        var usual = Limit(configuration, "Approvals", ApprovalLimits.Usual.Default);
        var own = configuration.GetSection("Approvals").GetChildren().Where(child => child.GetChildren().Any()).Select(child => child.Key).ToList();
        if (own.FirstOrDefault(code => !Currency.TryGet(code, out _)) is { } unknown) throw Wrong($"Approvals:{unknown}", "is not a currency");
        return new ApprovalLimits(usual, own.ToDictionary(code => code, code => Limit(configuration, $"Approvals:{code}", usual), StringComparer.Ordinal), TimeSpan.FromHours(Number(configuration, "Approvals:ExpireHours", 72, 1, 720)));
    }

    private static ApprovalLimit Limit(IConfiguration configuration, string section, ApprovalLimit otherwise) => new(
        Amount(configuration, section + ":Single", otherwise.Single), Amount(configuration, section + ":Daily", otherwise.Daily), Amount(configuration, section + ":CheckerDaily", otherwise.CheckerDaily),
        Amount(configuration, section + ":Redrive", otherwise.Redrive));

    private static long Amount(IConfiguration configuration, string key, long otherwise)
    {
        if (configuration[key] is not { Length: > 0 } text) return otherwise;
        return long.TryParse(text, out var amount) && amount is >= 0 and <= Money.Limit ? amount : throw Wrong(key, $"is '{text}', but must be a whole number of minor units (cents), 0 or more");
    }

    private static Uri? Address(IConfiguration configuration, string key)
    {
        if (configuration[key] is not { Length: > 0 } text) return null;
        return Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" ? new Uri(text) : throw Wrong(key, $"is '{text}', which is not a whole http or https address");
    }

    private static bool Flag(IConfiguration configuration, string key, bool otherwise)
    {
        if (configuration[key] is not { Length: > 0 } text) return otherwise;
        return bool.TryParse(text, out var flag) ? flag : throw Wrong(key, $"is '{text}', but must be true or false");
    }

    private static int Number(IConfiguration configuration, string key, int otherwise, int from, int to)
    {
        if (configuration[key] is not { Length: > 0 } text) return otherwise;
        return int.TryParse(text, out var number) && number >= from && number <= to ? number : throw Wrong(key, $"is '{text}', but must be a whole number from {from} to {to}");
    }

    private static StartRefusedException Wrong(string key, string fault) => new($"The setting {key} {fault}.");
}
