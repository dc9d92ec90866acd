using PaymentPortal.Sandbox.Wire;

namespace PaymentPortal.Sandbox.Connect;

/// <summary>What requests on accounts may say, and what of it the sandbox simulates.</summary>
public static class AccountParams
{
    private static readonly FieldsSpec Capability = new FieldsSpec().With("requested", ParamSpec.Flag());

    private static readonly FieldsSpec Schedule = new FieldsSpec()
        .With("interval", ParamSpec.OneOf("daily", "manual")).Ignoring("delay_days")
        .Refusing("monthly_anchor", "monthly_payout_days", "weekly_anchor", "weekly_payout_days");

    private static readonly FieldsSpec Settings = new FieldsSpec()
        .With("payouts", new FieldsSpec().With("schedule", Schedule).Ignoring("debit_negative_balances", "statement_descriptor"))
        .Ignoring(
            "bacs_debit_payments", "branding", "card_issuing", "card_payments", "invoices", "payments", "paypay_payments", "sepa_debit_payments", "treasury");

    public static FieldsSpec Create() => Shared()
        .With("type", ParamSpec.OneOf("custom", "express", "standard")).With("country", ParamSpec.Text()).Ignoring("controller", "default_currency");

    public static FieldsSpec Update() => Shared();

    public static void CheckEmail(FormNode form)
    {
        if (form.Text("email") is { Length: > 0 } email && !Values.IsEmail(email))
        {
            throw StripeError.Invalid($"Invalid email address: {email}", "email", "email_invalid");
        }
    }

    private static FieldsSpec Shared() => new FieldsSpec()
        .With("email", ParamSpec.Text(800).Unsettable()).With("metadata", ParamSpec.Metadata())
        .With("business_type", ParamSpec.OneOf("company", "government_entity", "individual", "non_profit"))
        .With("capabilities", new FieldsSpec().With("card_payments", Capability).With("transfers", Capability))
        .With("external_account", new ExternalAccountSpec()).With("settings", Settings)
        .Ignoring("business_profile", "company", "documents", "groups", "individual", "tos_acceptance").Refusing("account_token");

    /// <summary>A token, or the details themselves.</summary>
    private sealed record ExternalAccountSpec : ParamSpec
    {
        public override void Check(FormNode node, string name)
        {
            if (node.IsText)
            {
                TextOf(node, name);
            }
            else
            {
                BankAccounts.Details.Check(node, name);
            }
        }
    }
}
