namespace PaymentPortal.Sandbox.Payments;

/// <summary>What the bank says when it is asked for the money.</summary>
public sealed record CardDecline(string Code, string? DeclineCode, string Message)
{
    public string? Param { get; init; }

    public string? Advice { get; init; }

    /// <summary>Stopped by the PSP's own risk rules before the bank was asked.</summary>
    public bool IsBlocked { get; init; }
}

/// <summary>The bank's word on a payment that completes unpaid.</summary>
public enum LaterOutcome
{
    None,
    Succeeds,
    Fails,
}

/// <summary>What becomes of a refund to a card.</summary>
public enum RefundFate
{
    Done,
    Slow,
    SlowThenFails,
    DoneThenFails,
    AsksBuyer,
}

/// <summary>The complaint of a card's holder; an inquiry moves no money.</summary>
public sealed record CardDispute(string Reason, string NetworkCode, bool IsInquiry = false);

/// <summary>One test card. The same number and the same alias always behave the same.</summary>
public sealed record TestCard(string Number, string Brand, string Purpose, params string[] Methods)
{
    public CardDecline? Decline { get; init; }

    public bool AsksAuthentication { get; init; }

    /// <summary>Its funds are available at once.</summary>
    public bool BypassesPending { get; init; }

    public LaterOutcome Later { get; init; }

    public RefundFate Refund { get; init; }

    /// <summary>What its holder complains of soon after paying.</summary>
    public CardDispute? Dispute { get; init; }

    public string Last4 => Number[^4..];
}

/// <summary>The cards of contract §15, as payment method aliases for the API and as numbers for the hosted page.</summary>
public static class TestCards
{
    private static readonly CardDecline Generic = new("card_declined", "generic_decline", "Your card was declined.") { Advice = "try_again_later" };
    private static readonly CardDecline Insufficient = new("card_declined", "insufficient_funds", "Your card has insufficient funds.") { Advice = "try_again_later" };

    public static readonly IReadOnlyList<TestCard> All =
    [
        new("4242424242424242", "visa", "Succeeds", "pm_card_visa"),
        new("5555555555554444", "mastercard", "Succeeds", "pm_card_mastercard"),
        new("378282246310005", "amex", "Succeeds", "pm_card_amex"),
        new("4000000000000077", "visa", "Succeeds, funds available at once", "pm_card_bypassPending") { BypassesPending = true },
        new("4000000000000002", "visa", "Declined", "pm_card_chargeDeclined", "pm_card_visa_chargeDeclined") { Decline = Generic },
        new("4000000000009995", "visa", "Declined: insufficient funds",
            "pm_card_visa_chargeDeclinedInsufficientFunds", "pm_card_chargeDeclinedInsufficientFunds") { Decline = Insufficient },
        new("4000000000009987", "visa", "Declined: lost card", "pm_card_visa_chargeDeclinedLostCard", "pm_card_chargeDeclinedLostCard")
        {
            Decline = new("card_declined", "lost_card", "Your card was declined.") { Advice = "do_not_try_again" },
        },
        new("4000000000009979", "visa", "Declined: stolen card", "pm_card_visa_chargeDeclinedStolenCard", "pm_card_chargeDeclinedStolenCard")
        {
            Decline = new("card_declined", "stolen_card", "Your card was declined.") { Advice = "do_not_try_again" },
        },
        new("4000000000000069", "visa", "Declined: expired card", "pm_card_chargeDeclinedExpiredCard", "pm_card_visa_chargeDeclinedExpiredCard")
        {
            Decline = new("expired_card", "expired_card", "Your card has expired.") { Param = "exp_month", Advice = "confirm_card_data" },
        },
        new("4000000000000127", "visa", "Declined: incorrect security code",
            "pm_card_chargeDeclinedIncorrectCvc", "pm_card_visa_chargeDeclinedIncorrectCvc")
        {
            Decline = new("incorrect_cvc", "incorrect_cvc", "Your card's security code is incorrect.") { Param = "cvc", Advice = "confirm_card_data" },
        },
        new("4000000000000119", "visa", "Declined: processing error",
            "pm_card_chargeDeclinedProcessingError", "pm_card_visa_chargeDeclinedProcessingError")
        {
            Decline = new("processing_error", "processing_error", "An error occurred while processing your card. Try again in a little bit.")
            {
                Advice = "try_again_later",
            },
        },
        new("4000000000006975", "visa", "Declined: tried too often",
            "pm_card_visa_chargeDeclinedVelocityLimitExceeded", "pm_card_chargeDeclinedVelocityLimitExceeded")
        {
            Decline = new("card_declined", "card_velocity_exceeded", "Your card was declined for making repeated attempts too frequently or exceeding its amount limit.")
            {
                Advice = "try_again_later",
            },
        },
        new("4100000000000019", "visa", "Blocked as fraudulent", "pm_card_radarBlock")
        {
            Decline = new("card_declined", "fraudulent", "Your card was declined.") { IsBlocked = true, Advice = "do_not_try_again" },
        },
        new("4000000000003220", "visa", "Asks for 3D Secure", "pm_card_threeDSecure2Required") { AsksAuthentication = true },
        new("4000002760003184", "visa", "Asks for 3D Secure", "pm_card_authenticationRequired") { AsksAuthentication = true },
        new("4000008260003178", "visa", "Asks for 3D Secure, then insufficient funds", "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds")
        {
            AsksAuthentication = true, Decline = Insufficient,
        },
        new("4000000000000259", "visa", "Succeeds, later disputed as fraudulent", "pm_card_createDispute") { Dispute = new("fraudulent", "10.4") },
        new("4000000000002685", "visa", "Succeeds, later disputed as not received", "pm_card_createDisputeProductNotReceived")
        {
            Dispute = new("product_not_received", "13.1"),
        },
        new("4000000000001976", "visa", "Succeeds, later an inquiry", "pm_card_createDisputeInquiry") { Dispute = new("general", "10.4", IsInquiry: true) },
        new("4000000000007726", "visa", "Succeeds, its refund is slow", "pm_card_pendingRefund") { Refund = RefundFate.Slow },
        new("4000000000005126", "visa", "Succeeds, its refund fails", "pm_card_refundFail") { Refund = RefundFate.DoneThenFails },
        new("4000000000010084", "visa", "Succeeds, its refund is slow and fails (sandbox only)", "pm_sandbox_refund_slow_failure") { Refund = RefundFate.SlowThenFails },
        new("4000000000010092", "visa", "Succeeds, its refund waits for the buyer (sandbox only)", "pm_sandbox_refund_action") { Refund = RefundFate.AsksBuyer },
        new("4000000000010076", "visa", "Completes unpaid, then succeeds (sandbox only)", "pm_sandbox_async_success") { Later = LaterOutcome.Succeeds },
        new("4000000000010001", "visa", "Completes unpaid, then fails (sandbox only)", "pm_sandbox_async_failure") { Later = LaterOutcome.Fails },
    ];

    private static readonly Dictionary<string, TestCard> ByNumber = All.ToDictionary(card => card.Number);

    private static readonly Dictionary<string, TestCard> ByMethod =
        All.SelectMany(card => card.Methods.Select(method => (method, card))).ToDictionary(pair => pair.method, pair => pair.card);

    public static TestCard? OfNumber(string number) => ByNumber.GetValueOrDefault(number);

    public static TestCard? OfMethod(string method) => ByMethod.GetValueOrDefault(method);

    /// <summary>The check digit rule that every card number obeys.</summary>
    public static bool PassesLuhn(string number)
    {
        var sum = 0;
        for (var i = 0; i < number.Length; i++)
        {
            var digit = number[^(i + 1)] - '0';
            var doubled = i % 2 == 0 ? digit : digit * 2;
            sum += doubled > 9 ? doubled - 9 : doubled;
        }

        return sum % 10 == 0;
    }
}
