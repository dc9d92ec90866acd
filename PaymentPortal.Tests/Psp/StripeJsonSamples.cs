namespace PaymentPortal.Tests.Psp;

/// <summary>Answers of the PSP, cut down to what we read.</summary>
internal static class StripeJsonSamples
{
    public static string Session(string id = "cs_test_1", string? pspKey = "att_1:session:1", string status = "open", string payment = "unpaid", string intent = "null", string amount = "1250") => $$"""
        {"id":"{{id}}","object":"checkout.session","status":"{{status}}","payment_status":"{{payment}}","url":null,"amount_total":{{amount}},"currency":"usd",
         "payment_intent":{{intent}},"metadata":{"pp_key":{{(pspKey is null ? "null" : $"\"{pspKey}\"")}},"nonce":"att_1"},"created":1795341607,"expires_at":1795428007,"livemode":false,"new_field":{"a":[1,2]} }
        """;

    public static string Intent(string status, string lastPaymentError = "null", string latestCharge = "null") =>
        $$"""{"id":"pi_1","object":"payment_intent","status":"{{status}}","last_payment_error":{{lastPaymentError}},"latest_charge":{{latestCharge}} }""";

    public static string Charge(string balanceTransaction = "null") => $$"""
        {"id":"ch_1","object":"charge","payment_intent":"pi_1","paid":true,"status":"succeeded","amount":1250,"currency":"usd","failure_code":null,"failure_message":null,
         "outcome":{"reason":null},"payment_method_details":{"type":"card","card":{"brand":"visa","last4":"4242"} },"created":1795341607,"balance_transaction":{{balanceTransaction}} }
        """;

    public const string BalanceTransaction =
        """{"id":"txn_1","object":"balance_transaction","amount":1250,"fee":66,"net":1184,"currency":"usd","created":1795341607,"available_on":1795600000}""";

    public static string Error(string type, string? code = null, string message = "No.") =>
        $$"""{"error":{"type":"{{type}}","code":{{(code is null ? "null" : $"\"{code}\"")}},"message":"{{message}}"} }""";
}
