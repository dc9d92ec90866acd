using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using PaymentPortal.Sandbox.Events;
using PaymentPortal.Sandbox.Payouts;
using PaymentPortal.Sandbox.Storage;
using PaymentPortal.Sandbox.Wire;

namespace PaymentPortal.Sandbox.Connect;

/// <summary>/v1/accounts and /v1/account. Accounts belong to the platform; their money, banks, payouts and events to themselves.</summary>
public static partial class Accounts
{
    public const string Type = "account";
    public const string PlatformId = "acct_1SandboxPlatform";

    public static IEnumerable<ApiRoute> All =>
    [
        ApiRoute.Get("/v1/account", call => Own(call.Unit)),
        ApiRoute.Post("/v1/accounts", Create, AccountParams.Create()),
        ApiRoute.List("/v1/accounts", call => new ListPage(call, Type).ByCreated().Fetch(), new FieldsSpec().With("created", ParamSpec.Range())),
        ApiRoute.Get("/v1/accounts/{account}", call => call.Load(Type, Type)),
        ApiRoute.Post("/v1/accounts/{account}", Update, AccountParams.Update()),
        ApiRoute.Delete("/v1/accounts/{account}", Delete),
    ];

    public static bool Exists(SandboxDb db, string id) => Documents.Find(db, "", Type, id) is not null;

    /// <summary>The account's own side of the books, whoever asks for it.</summary>
    public static SandboxUnit As(this SandboxUnit unit, string account) => unit with { Account = account };

    private static JsonObject Own(SandboxUnit unit)
    {
        if (unit.Account.Length > 0)
        {
            return Documents.Load(unit.As(""), Type, unit.Account);
        }

        var platform = AccountDocument.Build(unit, PlatformId, "standard", "US");
        platform["capabilities"] = new JsonObject { ["card_payments"] = "active", ["transfers"] = "active" };
        AccountDocument.Review(unit, platform);
        platform["payouts_enabled"] = true;
        platform["settings"]!["payouts"]!["schedule"]!["interval"] = "manual";
        return platform;
    }

    private static ApiResult Create(ApiCall call)
    {
        var country = (call.Params.Text("country") ?? "US").ToUpperInvariant();
        if (!Country().IsMatch(country))
        {
            throw StripeError.Invalid($"Country '{country}' is unknown. Try using a 2-character alphanumeric country code instead, such as 'US', 'EG', or 'GB'.", "country", "country_unsupported");
        }

        var account = AccountDocument.Build(call.Unit, Ids.New("acct_1", 16), call.Params.Text("type") ?? "standard", country);
        account["business_type"] = call.Params.Text("business_type");
        var unit = call.Unit.As(account.Text("id"));
        Apply(call, unit, account);
        Documents.Insert(call.Unit, account);
        PayoutSchedule.Follow(unit, account);
        EventLog.Emit(unit, "account.updated", account);
        return account;
    }

    private static ApiResult Update(ApiCall call)
    {
        var account = call.Load(Type, Type);
        var unit = call.Unit.As(account.Text("id"));
        var wasEnabled = account.Flag("payouts_enabled");
        Apply(call, unit, account);
        Documents.Save(call.Unit, account);
        PayoutSchedule.Follow(unit, account);
        EventLog.Emit(unit, "account.updated", account, new JsonObject { ["payouts_enabled"] = wasEnabled });
        return account;
    }

    private static void Apply(ApiCall call, SandboxUnit unit, JsonObject account)
    {
        var form = call.Params;
        AccountParams.CheckEmail(form);
        Values.SetTexts(account, form, "email");
        Values.MergeMetadata(account, form);
        foreach (var (name, capability) in form.Find("capabilities")?.Parts ?? new Dictionary<string, FormNode>())
        {
            account["capabilities"]![name] = capability.Flag("requested") ? "active" : "inactive";
        }

        if (form.Text("settings", "payouts", "schedule", "interval") is { } interval)
        {
            account["settings"]!["payouts"]!["schedule"]!["interval"] = interval;
        }

        if (form.Find("external_account") is { } bank)
        {
            BankAccounts.Replace(unit, bank);
        }

        AccountDocument.Review(unit, account);
    }

    private static ApiResult Delete(ApiCall call)
    {
        var id = call.Load(Type, Type).Text("id");
        if (call.Unit.Db.Whole("SELECT count(*) FROM balances WHERE account = @0 AND (pending <> 0 OR available <> 0)", id) > 0)
        {
            throw StripeError.State("This account can't be deleted because its balance is not zero.");
        }

        Documents.Delete(call.Unit, id);
        return new JsonObject { ["id"] = id, ["object"] = Type, ["deleted"] = true };
    }

    [GeneratedRegex("^[A-Z]{2}$")]
    private static partial Regex Country();
}
