using System.Text.RegularExpressions;
using PaymentPortal.Core.Psp;
using PaymentPortal.Tests.House;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Api;

[Collection(EngineCollection.Name)]
public sealed partial class ErrorCodesApiTests(EngineHost engine)
{
    [Fact]
    public async Task Codes_AreThoseOfTheDocument_WithTheCataloguesWords()
    {
        var answer = await engine.Client.GetAsync("/api/v1/error-codes");

        var codes = answer.Body["data"]!.AsArray();
        var documented = Code().Matches(await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "error-codes.md"))).Select(match => match.Groups[1].Value);
        Assert.Equal(documented, codes.Select(code => (string)code!["code"]!));
        var funds = codes.Single(code => (string)code!["code"]! == "insufficient_funds")!;
        var text = PspErrorCatalogue.Find("insufficient_funds");
        Assert.Equal((text.What, "none", "customer", "declined", text.Next, text.CustomerText),
            ((string)funds["meaning"]!, (string)funds["money"]!, (string)funds["who_acts"]!, (string)funds["retry_class"]!, (string)funds["advice"]!, (string)funds["customer_text"]!));
    }

    [GeneratedRegex("^\\| `([^`]+)`", RegexOptions.Multiline)]
    private static partial Regex Code();
}
