using Microsoft.Data.Sqlite;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Sandbox;

public sealed class HostedPageTests(SandboxFixture fixture) : IClassFixture<SandboxFixture>
{
    private readonly SandboxServer _server = fixture.Server;

    [Fact]
    public async Task Page_OfAnOpenSession_HasTheFormTheTestCardsAndNoScript()
    {
        var session = await _server.Api.CreateSessionAsync(more: ("line_items[0][price_data][product_data][name]", "<b>Tea</b> & \"co\""));

        var page = await _server.VisitAsync((string)session["url"]!);

        Assert.All(["email", "cardNumber", "cardExpiry", "cardCvc", "billingName"], name => Assert.Contains($"name=\"{name}\"", page.Html));
        Assert.All(["cc-number", "cc-exp", "cc-csc", "cc-name"], token => Assert.Contains($"autocomplete=\"{token}\"", page.Html));
        Assert.Contains("4242 4242 4242 4242", page.Html);
        Assert.Contains("&lt;b&gt;Tea&lt;/b&gt; &amp; &quot;co&quot;", page.Html);
        Assert.Contains("https://shop.example/cancel", page.Html);
        Assert.Contains("12.50 USD", page.Html);
        Assert.DoesNotContain("<script", page.Html);
    }

    [Fact]
    public async Task Headers_AllowNoScriptAndNoCache()
    {
        var session = await _server.Api.CreateSessionAsync();
        using var response = await _server.Api.Http.GetAsync((string)session["url"]!);

        var policy = response.Headers.GetValues("Content-Security-Policy").Single();
        Assert.StartsWith("default-src 'none'; style-src 'self'; form-action 'self' https://shop.example;", policy);
        Assert.True(response.Headers.CacheControl!.NoStore);
    }

    [Fact]
    public async Task Decline_IsShownInPlace_FocusedAndWithoutTheCard()
    {
        var session = await _server.Api.CreateSessionAsync();

        var page = await _server.PayAsync((string)session["url"]!, "4000000000009995");

        Assert.Equal(200, page.Status);
        Assert.Contains("<title>Error: Pay", page.Html);
        Assert.Contains("role=\"alert\" tabindex=\"-1\" autofocus", page.Html);
        Assert.Contains("Your card has insufficient funds.", page.Html);
        Assert.Contains("value=\"buyer@example.com\"", page.Html);
        Assert.DoesNotContain("4000000000009995", page.Html);
        Assert.DoesNotContain("value=\"123\"", page.Html);
    }

    [Theory]
    [InlineData("cardNumber", "4242424242424241", "Your card number is incorrect.")]
    [InlineData("cardNumber", "4111111111111111", "This is a test page: use one of the test card numbers below.")]
    [InlineData("cardNumber", "", "Enter the card number.")]
    [InlineData("cardExpiry", "01 / 20", "Your card&#39;s expiration date is in the past.")]
    [InlineData("cardExpiry", "13 / 44", "Enter a month from 01 to 12.")]
    [InlineData("cardExpiry", "soon", "Enter the expiry date as MM / YY.")]
    [InlineData("cardCvc", "1", "Enter the 3 or 4 digits of the security code.")]
    [InlineData("email", "nobody", "Enter an email address like name@example.com.")]
    public async Task WrongInput_IsNamedAtItsField_AndNoChargeIsMade(string field, string value, string text)
    {
        var session = await _server.Api.CreateSessionAsync();
        var fields = Fields();
        fields[field] = value;

        var page = await _server.PostFormAsync((string)session["url"]!, fields);

        Assert.Contains($"<a href=\"#{field}\">{text}</a>", page.Html);
        Assert.Contains($"id=\"{field}-wrong\">{text}", page.Html);
        Assert.Null((await _server.Api.GetAsync($"/v1/checkout/sessions/{session["id"]}")).Body["payment_intent"]);
    }

    [Fact]
    public async Task Pay_PressedTwice_ChargesOnceAndGoesOnTwice()
    {
        var session = await _server.Api.CreateSessionAsync();
        var fields = Fields(("attempt", "0"));

        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => _server.PostFormAsync((string)session["url"]!, fields)));

        Assert.All(answers, answer => Assert.Equal(303, answer.Status));
        Assert.Equal(1, (await _server.Control.BooksAsync()).Sessions[(string)session["id"]!]);
    }

    [Fact]
    public async Task DecliningPay_PressedTwice_TriesTheCardOnce()
    {
        var session = await _server.Api.CreateSessionAsync();
        var fields = Fields(("attempt", "0"), ("cardNumber", "4000000000000002"));

        await _server.PostFormAsync((string)session["url"]!, fields);
        var second = await _server.PostFormAsync((string)session["url"]!, fields);

        Assert.Contains("Your card was declined.", second.Html);
        Assert.Equal(1, (await _server.Control.BooksAsync()).FailedTries[(string)session["id"]!]);
    }

    [Fact]
    public async Task Authentication_Completed_Pays()
    {
        var session = await _server.Api.CreateSessionAsync();
        var asked = await _server.PayAsync((string)session["url"]!, "4000002760003184");
        var page = await _server.VisitAsync(asked.Location!);

        var answer = await _server.AuthenticateAsync(asked.Location!);
        var again = await _server.AuthenticateAsync(asked.Location!);

        Assert.Contains("3D Secure test page", page.Html);
        Assert.StartsWith("https://shop.example/done", answer.Location);
        Assert.Equal(answer.Location, again.Location);
        Assert.Equal("paid", (await _server.Api.GetAsync($"/v1/checkout/sessions/{session["id"]}")).Text("payment_status"));
    }

    [Fact]
    public async Task Authentication_Failed_ComesBackToTheFormAndSaysSo()
    {
        var session = await _server.Api.CreateSessionAsync();
        var asked = await _server.PayAsync((string)session["url"]!, "4000002760003184");

        var answer = await _server.AuthenticateAsync(asked.Location!, succeed: false);
        var page = await _server.VisitAsync(answer.Location!);
        var paid = await _server.PayAsync((string)session["url"]!);

        Assert.Equal($"{session["url"]}?retry=1", answer.Location);
        Assert.Contains("Your bank could not confirm that it is you.", page.Html);
        Assert.Contains("value=\"buyer@example.com\"", page.Html);
        Assert.Equal(303, paid.Status);
    }

    [Fact]
    public async Task AuthenticationPage_WithoutItsToken_IsNotFound()
    {
        var session = await _server.Api.CreateSessionAsync();
        var asked = await _server.PayAsync((string)session["url"]!, "4000002760003184");

        Assert.Equal(404, (await _server.AuthenticateAsync(asked.Location![..^4] + "aaaa")).Status);
    }

    [Fact]
    public async Task Page_OfACompleteSession_HasNoForm()
    {
        var session = await _server.Api.CreateSessionAsync();
        await _server.ConfirmAsync((string)session["id"]!);

        var page = await _server.VisitAsync((string)session["url"]!);

        Assert.DoesNotContain("<form", page.Html);
        Assert.Contains("This payment is complete", page.Html);
    }

    [Fact]
    public async Task Post_WithoutAForm_IsAFormWithEveryFieldMissing()
    {
        var session = await _server.Api.CreateSessionAsync();
        using var response = await _server.Api.Http.PostAsync((string)session["url"]!, new StringContent("{}"));

        Assert.Equal(200, (int)response.StatusCode);
        Assert.Contains("Enter the card number.", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task SuccessAddress_WithLettersThatHeadersCannotCarry_IsEncoded()
    {
        var session = await _server.Api.CreateSessionAsync(more: ("success_url", "https://shop.example/dziękuję?s={CHECKOUT_SESSION_ID}"));

        var answer = await _server.PayAsync((string)session["url"]!);

        Assert.Equal($"https://shop.example/dzi%C4%99kuj%C4%99?s={session["id"]}", answer.Location);
    }

    [Fact]
    public async Task Page_OfAnUnknownSession_Is404() =>
        Assert.Equal(404, (await _server.VisitAsync($"{_server.BaseAddress}/pay/cs_test_unknown")).Status);

    [Fact]
    public async Task CardNumber_IsNowhereInTheFile()
    {
        await using var server = await SandboxServer.StartAsync();
        var session = await server.Api.CreateSessionAsync();
        await server.PayAsync((string)session["url"]!, "4000000000000002");
        await server.PayAsync((string)session["url"]!, "5555555555554444");
        await server.StopAsync();

        var file = await File.ReadAllTextAsync(server.DataFile, System.Text.Encoding.Latin1);

        Assert.Contains("\"last4\":\"4444\"", file);
        Assert.DoesNotContain("4000000000000002", file);
        Assert.DoesNotContain("5555555555554444", file);
        SqliteConnection.ClearAllPools();
    }

    private static Dictionary<string, string> Fields(params (string Name, string Value)[] changes)
    {
        var fields = new Dictionary<string, string>
        {
            ["email"] = "buyer@example.com", ["cardNumber"] = "4242 4242 4242 4242", ["cardExpiry"] = "12 / 44", ["cardCvc"] = "123",
            ["billingName"] = "Test Buyer",
        };
        Array.ForEach(changes, change => fields[change.Name] = change.Value);
        return fields;
    }
}
