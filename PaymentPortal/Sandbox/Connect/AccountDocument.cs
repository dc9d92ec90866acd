using System.Text.Json.Nodes;
using PaymentPortal.Sandbox.Storage;
using PaymentPortal.Sandbox.Wire;

namespace PaymentPortal.Sandbox.Connect;

/// <summary>An account as JSON. Whether it may be paid out follows from what it has: <see cref="Review"/> is the only writer of that.</summary>
public static class AccountDocument
{
    private const string Unused = """
        {
          "business_profile": {"annual_revenue": null, "estimated_worker_count": null, "mcc": null, "minority_owned_business_designation": null, "name": null,
            "product_description": null, "specified_commercial_transactions_act_url": null, "support_address": null, "support_email": null,
            "support_phone": null, "support_url": null, "url": null},
          "future_requirements": {"alternatives": [], "current_deadline": null, "currently_due": [], "disabled_reason": null, "errors": [],
            "eventually_due": [], "past_due": [], "pending_verification": []},
          "tos_acceptance": {"date": null, "ip": null, "user_agent": null}
        }
        """;

    private const string UnusedSettings = """
        {
          "bacs_debit_payments": {"display_name": null, "service_user_number": null},
          "branding": {"icon": null, "logo": null, "primary_color": null, "secondary_color": null},
          "card_issuing": {"tos_acceptance": {"date": null, "ip": null}},
          "card_payments": {"decline_on": {"avs_failure": false, "cvc_failure": false}, "statement_descriptor_prefix": null,
            "statement_descriptor_prefix_kana": null, "statement_descriptor_prefix_kanji": null},
          "dashboard": {"display_name": null, "timezone": "Etc/UTC"},
          "invoices": {"default_account_tax_ids": null, "hosted_payment_method_save": null},
          "payments": {"statement_descriptor": null, "statement_descriptor_kana": null, "statement_descriptor_kanji": null,
            "statement_descriptor_prefix_kana": null, "statement_descriptor_prefix_kanji": null},
          "sepa_debit_payments": {}
        }
        """;

    public static JsonObject Build(SandboxUnit unit, string id, string type, string country)
    {
        var account = new JsonObject
        {
            ["id"] = id,
            ["object"] = Accounts.Type,
            ["business_type"] = null,
            ["capabilities"] = new JsonObject(),
            ["charges_enabled"] = false,
            ["controller"] = Controller(type),
            ["country"] = country,
            ["created"] = unit.Seconds,
            ["default_currency"] = CurrencyOf(country),
            ["details_submitted"] = false,
            ["email"] = null,
            ["external_accounts"] = ListPage.Of(BankAccounts.Type, [], false, $"/v1/accounts/{id}/external_accounts"),
            ["metadata"] = new JsonObject(),
            ["payouts_enabled"] = false,
            ["requirements"] = new JsonObject(),
            ["settings"] = JsonNode.Parse(UnusedSettings),
            ["type"] = type,
        };
        account["settings"]!["payouts"] = new JsonObject
        {
            ["debit_negative_balances"] = type == "standard",
            ["schedule"] = new JsonObject { ["delay_days"] = 2L, ["interval"] = "daily" },
            ["statement_descriptor"] = null,
        };
        foreach (var (name, value) in (JsonObject)JsonNode.Parse(Unused)!)
        {
            account[name] = value?.DeepClone();
        }

        return account;
    }

    /// <summary>Judges anew what the account may do. There is no waiting for documents here: a bank account is all it takes.</summary>
    public static void Review(SandboxUnit unit, JsonObject account)
    {
        var banks = BankAccounts.All(unit);
        var hasBank = banks.Count > 0;
        account["external_accounts"]!["data"] = banks;
        account["details_submitted"] = hasBank;
        account["charges_enabled"] = ((JsonObject)account["capabilities"]!).TextOrNull("card_payments") == "active";
        account["payouts_enabled"] = hasBank;
        account["requirements"] = new JsonObject
        {
            ["alternatives"] = new JsonArray(),
            ["current_deadline"] = null,
            ["currently_due"] = Due(hasBank),
            ["disabled_reason"] = hasBank ? null : "requirements.past_due",
            ["errors"] = new JsonArray(),
            ["eventually_due"] = Due(hasBank),
            ["past_due"] = Due(hasBank),
            ["pending_verification"] = new JsonArray(),
        };
    }

    private static JsonArray Due(bool hasBank) => hasBank ? [] : ["external_account"];

    private static JsonObject Controller(string type) => type == "standard"
        ? new JsonObject { ["type"] = "application", ["is_controller"] = true, ["fees"] = new JsonObject { ["payer"] = "account" } }
        : new JsonObject
        {
            ["fees"] = new JsonObject { ["payer"] = type == "express" ? "application_express" : "application_custom" },
            ["is_controller"] = true,
            ["losses"] = new JsonObject { ["payments"] = "application" },
            ["requirement_collection"] = type == "express" ? "stripe" : "application",
            ["stripe_dashboard"] = new JsonObject { ["type"] = type == "express" ? "express" : "none" },
            ["type"] = "application",
        };

    private static string CurrencyOf(string country) => country switch
    {
        "GB" => "gbp",
        "JP" => "jpy",
        "KW" => "kwd",
        "CH" => "chf",
        "PL" => "pln",
        "AT" or "BE" or "DE" or "ES" or "FI" or "FR" or "IE" or "IT" or "NL" or "PT" => "eur",
        _ => "usd",
    };
}
