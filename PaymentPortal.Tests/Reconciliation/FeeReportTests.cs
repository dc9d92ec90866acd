using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Ledger;
using PaymentPortal.Core.Reconciliation;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Reconciliation;

/// <summary>What the contract says against what the PSP charged.</summary>
public sealed class FeeReportTests
{
    private static readonly DateOnly Month = new(2026, 11, 1);

    [Theory]
    [InlineData("2.9", 1250, 36)]
    [InlineData("2.9", 50, 1)]
    [InlineData("2.9", 1259, 37)]
    [InlineData("0", 1250, 0)]
    [InlineData("1.4125", 10_000, 141)]
    [InlineData("100", 99_999_999, 99_999_999)]
    [InlineData("0.0001", 500_000, 1)]
    [InlineData("0.0001", 499_999, 0)]
    public void Share_IsTakenInWholeUnits_RoundedHalfUp(string percent, long amount, long part)
    {
        Assert.True(Share.TryParse(percent, out var share));
        Assert.Equal(part, share.Of(Books.Usd(amount)).Minor);
        Assert.Equal(percent + " %", share.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("2,9")]
    [InlineData(".5")]
    [InlineData("2.")]
    [InlineData("2.90001")]
    [InlineData("100.0001")]
    [InlineData("1e1")]
    [InlineData("2.9.1")]
    public void Share_ThatIsNone_IsRefused(string? percent) => Assert.False(Share.TryParse(percent, out _));

    [Fact]
    public async Task Month_NamesThePaymentsBehindTheDifference_ByTheTermsOfTheirDay()
    {
        await using var rig = await SettlementRig.CreateAsync();
        var (terms, report) = Parts(rig);
        await rig.ChargeAsync("right");
        await rig.ChargeAsync("dear", fee: 70);
        await rig.ChargeAsync("cheap", amount: 2000, fee: 80);
        await rig.ChargeAsync("free", amount: 100, fee: 0);
        Assert.Equal((4, 4), (Assert.Single((await report.ReadAsync(Month, CancellationToken.None)).Sums).Payments, Assert.Single((await report.ReadAsync(Month, CancellationToken.None)).Sums).WithoutTerms));

        await SetAsync(terms, "9", "0.00", new DateOnly(2026, 11, 1));
        await SetAsync(terms, "2.9", "0.30", new DateOnly(2026, 11, 1));
        await SetAsync(terms, "1", "0.00", new DateOnly(2026, 11, 21));
        var month = await report.ReadAsync(Month, CancellationToken.None);

        var sum = Assert.Single(month.Sums);
        Assert.Equal((4, 3, 0, 216L, 66L + 66 + 88 + 33), (sum.Payments, sum.Differing, sum.WithoutTerms, sum.Charged.Minor, sum.Expected.Minor));
        Assert.Equal([("chk_free", -33L), ("chk_cheap", -8L), ("chk_dear", 4L)], month.Largest.Select(one => (one.Checkout.Value, one.Difference!.Value.Minor)));
        Assert.Empty((await report.ReadAsync(new DateOnly(2026, 10, 1), CancellationToken.None)).Sums);
    }

    [Fact]
    public async Task PaymentThatWasChargedTwice_AndCorrectedLater_CountsWhole()
    {
        await using var rig = await SettlementRig.CreateAsync();
        var (terms, report) = Parts(rig);
        await SetAsync(terms, "2.9", "0.30", new DateOnly(2026, 1, 1));
        await rig.ChargeAsync("1", fee: 67);
        await rig.Store.RunAsync(unit =>
        {
            var movement = Books.Movement("txn_again", SettlementRig.Day.AddHours(12));
            unit.Execute(
                "INSERT INTO booked_sessions (session_id, checkout_id, attempt_id, booked_to, amount, currency, charge_id, booked_at) VALUES ('cs_again', 'chk_1', 'att_again', 'Suspense', 1250, 'USD', 'ch_again', $1)",
                SettlementRig.Day.AddHours(12));
            rig.Journal.Post(unit, PostingRules.PspFee(new CheckoutId("chk_1"), Books.Usd(66), movement)!);
            return 0;
        });
        // The PSP's file says 66: one minor unit is its rounding, and our books follow it.
        await rig.AcceptAsync(SettlementRig.File(SettlementRig.Row("1")));

        var sum = Assert.Single((await report.ReadAsync(Month, CancellationToken.None)).Sums);

        Assert.Equal((1, 0, 132L, 132L, 2500L), (sum.Payments, sum.Differing, sum.Charged.Minor, sum.Expected.Minor, sum.Paid.Minor));
    }

    [Fact]
    public async Task FeeThatBelongsToNoCharge_IsBookedOutOfTheFile_AndStandsApart()
    {
        await using var rig = await SettlementRig.CreateAsync();
        var (_, report) = Parts(rig);
        await rig.AcceptAsync(SettlementRig.File(SettlementRig.Row("own", "-2.50", "0.00", "-2.50", category: "fee", source: "")));

        var month = await report.ReadAsync(Month, CancellationToken.None);

        Assert.Empty(month.Sums);
        Assert.Equal(new OtherFee(EntryKind.Adjustment, Books.Usd(250)), Assert.Single(month.Others));
    }

    [Fact]
    public async Task File_HoldsEveryPaymentWithAnotherFee_AndNoOther()
    {
        await using var rig = await SettlementRig.CreateAsync();
        var (terms, report) = Parts(rig);
        await SetAsync(terms, "2.9", "0.30", new DateOnly(2026, 1, 1));
        await rig.ChargeAsync("right");
        for (var n = 0; n < FeeReport.MostShown + 1; n++) await rig.ChargeAsync($"dear{n}", fee: 70);
        await using var text = new StringWriter();

        await new FeeExport(report).WriteAsync(Month, text, CancellationToken.None);

        var lines = text.ToString().Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(FeeReport.MostShown + 2, lines.Length);
        Assert.Contains("chk_dear7,ch_dear7,2026-11-20T10:00:00.000000Z,USD,12.50,0.70,0.66,0.04", lines);
        Assert.Equal(FeeReport.MostShown, (await report.ReadAsync(Month, CancellationToken.None)).Largest.Count);
    }

    [Theory]
    [InlineData("XXA", "2.9", "0.30", "why", "currency")]
    [InlineData("usd", "x", "0.30", "why", "percent")]
    [InlineData("usd", "2.9", "0.3", "why", "fixed")]
    [InlineData("usd", "2.9", "-0.30", "why", "fixed")]
    [InlineData("usd", "2.9", "0.30", " ", "reason")]
    public async Task Terms_ThatCantBe_AreRefusedByTheirField(string currency, string percent, string part, string reason, string field)
    {
        await using var rig = await SettlementRig.CreateAsync();
        var (terms, _) = Parts(rig);

        Assert.Equal(field, (await terms.SetAsync(new NewFeeTerm(currency, percent, part, Month, reason), Actor.Staff("maker"), CancellationToken.None)).Refusal?.Field);
        Assert.Empty(await terms.ListAsync(CancellationToken.None));
    }

    private static (FeeTermDesk Terms, FeeReport Report) Parts(SettlementRig rig)
    {
        var terms = new FeeTermDesk(rig.Store.Lane, rig.Store.Dialect, new AuditLog(rig.Store.Chain));
        return (terms, new FeeReport(rig.Store.Dialect, terms));
    }

    private static async Task SetAsync(FeeTermDesk terms, string percent, string part, DateOnly from) =>
        Assert.False((await terms.SetAsync(new NewFeeTerm("usd", percent, part, from, "Contract of November"), Actor.Staff("maker"), CancellationToken.None)).IsRefused);
}
