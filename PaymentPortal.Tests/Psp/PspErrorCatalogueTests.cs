using PaymentPortal.Core.Common;
using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Retries;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Psp;

public sealed class PspErrorCatalogueTests
{
    [Theory]
    [InlineData("fraudulent")]
    [InlineData("lost_card")]
    [InlineData("stolen_card")]
    public void ReasonThatWouldHelpAThief_IsToldToOperatorsOnly(string code)
    {
        var text = PspErrorCatalogue.FindDecline("card_declined", code);

        Assert.Equal(PspErrorCatalogue.FindDecline("card_declined", null).CustomerText, text.CustomerText);
        Assert.NotEqual(PspErrorCatalogue.FindDecline("card_declined", null).What, text.What);
    }

    [Theory]
    [InlineData("card_declined", "insufficient_funds", "insufficient_funds")]
    [InlineData("expired_card", null, "expired_card")]
    [InlineData("incorrect_cvc", "incorrect_cvc", "incorrect_cvc")]
    [InlineData("card_declined", "card_velocity_exceeded", "card_velocity_exceeded")]
    [InlineData("processing_error", null, "processing_error")]
    [InlineData("incorrect_number", null, "incorrect_number")]
    [InlineData(null, null, "generic_decline")]
    public void Decline_IsFoundByItsMoreTellingCode(string? failure, string? decline, string code)
    {
        var text = PspErrorCatalogue.FindDecline(failure, decline);

        Assert.Equal((code, true, MoneyEffect.None, ErrorOwner.Customer), (text.Code, text.IsKnown, text.Money, text.Who));
    }

    [Theory]
    [InlineData(PspVerdict.Unknown, null, null, "psp_timeout", MoneyEffect.Unknown)]
    [InlineData(PspVerdict.Unknown, 500, "psp_server_error", "psp_server_error", MoneyEffect.Unknown)]
    [InlineData(PspVerdict.NotSent, null, "psp_unavailable", "psp_unavailable", MoneyEffect.None)]
    [InlineData(PspVerdict.NotSent, 429, null, "rate_limit", MoneyEffect.None)]
    [InlineData(PspVerdict.NotSent, 409, null, "idempotency_key_in_use", MoneyEffect.Unknown)]
    [InlineData(PspVerdict.Rejected, 401, null, "config_invalid", MoneyEffect.None)]
    [InlineData(PspVerdict.Rejected, 400, "amount_too_small", "amount_too_small", MoneyEffect.None)]
    [InlineData(PspVerdict.Rejected, 400, null, "psp_rejected", MoneyEffect.None)]
    public void Answer_IsFoundByVerdictAndError(PspVerdict verdict, int? status, string? code, string found, MoneyEffect money)
    {
        var text = PspErrorCatalogue.Find(verdict, new PspError(status, "invalid_request_error", code, null, null, "No."));

        Assert.Equal((found, true, money), (text.Code, text.IsKnown, text.Money));
    }

    [Fact]
    public void CodeNobodyKnows_IsNeverBlank()
    {
        var texts = new[]
        {
            PspErrorCatalogue.Find("brand_new"),
            PspErrorCatalogue.FindDecline("brand_new", null),
            PspErrorCatalogue.Find(PspVerdict.Rejected, new PspError(400, "invalid_request_error", "brand_new", null, null, "No.")),
        };

        Assert.All(texts, text => Assert.True(!text.IsKnown && text.Code == "brand_new" && text.What.Contains("not in the catalogue", StringComparison.Ordinal)));
        Assert.Equal([MoneyEffect.Unknown, MoneyEffect.None, MoneyEffect.None], texts.Select(text => text.Money));
    }

    [Fact]
    public void Decline_IsNeverTriedByUs_AndHasAHeadingForTheBuyer() => Assert.All(PspErrorCatalogue.All.Where(text => text.Who == ErrorOwner.Customer), text =>
        Assert.True(text is { Retry: ErrorClass.Declined, Money: MoneyEffect.None, CustomerHeading.Length: > 0 }, text.Code));

    [Fact]
    public void OutcomeUnknown_IsAskedForAndNeverRepeatedBlindly() => Assert.All(PspErrorCatalogue.All.Where(text => text.Money == MoneyEffect.Unknown), text =>
        Assert.True(text.Retry is ErrorClass.Unanswered or ErrorClass.Busy, text.Code));

    /// <summary>The refusals that the PSP's contract names.</summary>
    [Theory]
    [InlineData("parameter_missing")]
    [InlineData("parameter_unknown")]
    [InlineData("parameter_invalid_empty")]
    [InlineData("parameter_invalid_integer")]
    [InlineData("amount_too_small")]
    [InlineData("amount_too_large")]
    [InlineData("url_invalid")]
    [InlineData("balance_insufficient")]
    [InlineData("charge_already_refunded")]
    [InlineData("charge_disputed")]
    [InlineData("payment_intent_unexpected_state")]
    [InlineData("payment_method_types_no_longer_supported")]
    [InlineData("payout_reconciliation_not_ready")]
    [InlineData("resource_missing")]
    public void Refusal_ThatTheContractNames_IsKnown_AndTookNothing(string code)
    {
        var text = PspErrorCatalogue.Find(PspVerdict.Rejected, new PspError(400, "invalid_request_error", code, null, null, "No."));

        Assert.Equal((true, code, MoneyEffect.None), (text.IsKnown, text.Code, text.Money));
    }

    [Fact]
    public void Page_InTheDocuments_IsTheCatalogue() => Assert.Equal(CatalogueDocument.Write(), File.ReadAllText(Path.Combine(House.Repository.Root, "docs", "error-codes.md")));

    [Fact]
    public void EveryRow_SaysAllItMust() => Assert.All(PspErrorCatalogue.All, text =>
        Assert.DoesNotContain("", new[] { text.Code, text.What, text.Next, text.CustomerText }));
}
