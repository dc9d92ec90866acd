using PaymentPortal.Core.Reconciliation.Closes;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Reconciliation;

/// <summary>The proof of a day: four sides, equal or each difference by name.</summary>
public sealed class DayProofTests
{
    [Fact]
    public async Task Day_WhoseSidesAgree_ProvesItself()
    {
        await using var rig = await CloseRig.CreateAsync();
        foreach (var id in new[] { "a", "b", "c" }) await rig.PaidAsync(id);
        await rig.RefundedAsync("a", 500);
        await rig.Recon.AcceptAsync(SettlementRig.File(SettlementRig.Row("a"), SettlementRig.Row("b"), SettlementRig.Row("c"), SettlementRig.Row("r", "-5.00", "0.00", "-5.00", category: "refund", source: "re_a")));

        var proof = await rig.ProofAsync();

        Assert.Equal(
            [
                new ProofFigure("USD", "charge", 3750, 3750, 3750, 3750), new ProofFigure("USD", "fee", null, -198, -198, -198), new ProofFigure("USD", "refund", -500, -500, -500, -500),
                new ProofFigure("USD", ProofFigure.WalletsAtEnd, null, 3375, 3375, null),
            ],
            proof.Figures);
        Assert.Equal((true, 0, 0), (proof.IsProved, proof.Items.Count, proof.Blocks.Count));
        Assert.Equal(new ProofFigure("USD", "total", 3052, 3052, 3052, 3052), DayProof.Total("USD", proof.Figures));
    }

    [Fact]
    public async Task Day_WithDifferences_NamesEachByWhatIsWrittenOfIt()
    {
        await using var rig = await CloseRig.CreateAsync();
        foreach (var id in new[] { "ok", "amount", "rounding", "late" }) await rig.PaidAsync(id);
        await rig.PaidAsync("other", SettlementRig.Day.AddHours(-1));
        await rig.Recon.AcceptAsync(SettlementRig.File(
            SettlementRig.Row("ok"), SettlementRig.Row("amount", "12.60", net: "11.94"), SettlementRig.Row("rounding", fee: "0.68", net: "11.82"), SettlementRig.Row("theirs"), SettlementRig.Row("ok"), SettlementRig.Row("other"),
            SettlementRig.Row("odd", "-1.00", "0.00", "-1.00", category: "advance")));

        var proof = await rig.ProofAsync();

        string Named(string item) => string.Join("; ", proof.Items.Where(one => one.Item == item).Select(one => $"{one.Category} {one.Reason} {one.Note} {one.Difference.Minor}"));
        Assert.Equal("charge Mismatch Amount, Open 10", Named("ch_amount"));
        Assert.Equal("fee Mismatch Fee, Resolved -2", Named("txn_rounding"));
        Assert.Equal("charge Mismatch MissingOurs, Open 1250", Named("ch_theirs"));
        Assert.Equal("fee Mismatch MissingOurs, Open -66", Named("txn_theirs"));
        Assert.Equal("other Mismatch Unknown, Open -100", Named("txn_odd"));
        Assert.Equal("charge OtherDay In our books on 2026-11-19. 1250", Named("ch_other"));
        Assert.Equal("charge Waiting The PSP has until 2026-11-22 12:00 UTC to tell of it. -1250", Named("ch_late"));
        Assert.Equal(ItemReason.Adjustment, Assert.Single(proof.Items, one => one.Category == "adjustment").Reason);
        Assert.Contains(proof.Items, one => one is { Reason: ItemReason.Mismatch, Ledger: 0, Psp: 0 } && one.Note.StartsWith("Duplicate", StringComparison.Ordinal));
        Assert.DoesNotContain(proof.Items, one => one.Item.Contains("_ok", StringComparison.Ordinal) && one.Psp != one.Ledger);
        Assert.Equal("In the PSP's file of 2026-11-20.", Assert.Single((await rig.ProofAsync(CloseRig.Day.AddDays(-1))).Items, one => one.Item == "ch_other").Note);
    }

    /// <summary>What no mismatch, day or lag explains can't be signed.</summary>
    [Fact]
    public async Task Day_WithAnOrderThatDoesNotSayThatItIsBooked_IsUnexplained()
    {
        await using var rig = await CloseRig.CreateAsync();
        await rig.PaidAsync("a");
        await rig.Recon.AcceptAsync(SettlementRig.File(SettlementRig.Row("a")));
        await rig.Store.CorruptAsync("UPDATE payment_orders SET wallet_updated = 0");

        var proof = await rig.ProofAsync();

        Assert.Equal((ItemReason.Unexplained, 0L, 1250L), (proof.Items.Single().Reason, proof.Items.Single().Orders, proof.Items.Single().Ledger));
        Assert.Contains("no explanation", Assert.Single(proof.Blocks), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Day_WhoseWalletsAreNotTheJournals_IsNotProved()
    {
        await using var rig = await CloseRig.CreateAsync();
        await rig.PaidAsync("a");
        await rig.Recon.AcceptAsync(SettlementRig.File(SettlementRig.Row("a")));
        await rig.Store.CorruptAsync("UPDATE wallet_balances SET payable = payable + 1");

        var proof = await rig.ProofAsync();

        Assert.Equal((1125L, 1126L), proof.Figures.Where(figure => figure.Category == ProofFigure.WalletsAtEnd).Select(figure => (figure.Ledger, figure.Wallets)).Single());
        Assert.All(proof.Blocks, block => Assert.Contains("see Integrity", block, StringComparison.Ordinal));
        Assert.Equal(2, proof.Blocks.Count);
    }

    /// <summary>The entry balances and the sums of all wallets agree: only whose money it is does not.</summary>
    [Theory]
    [InlineData("UPDATE postings SET account = 'seller:thief:payable' WHERE account = 'seller:seller-1:payable'; UPDATE wallet_balances SET seller_account = 'thief'")]
    [InlineData("UPDATE postings SET account = 'platform:fees' WHERE account = 'seller:seller-1:payable'; DELETE FROM wallet_balances")]
    [InlineData("UPDATE payment_orders SET platform_fee = 1250")]
    [InlineData("UPDATE payment_orders SET seller_account = 'thief'")]
    [InlineData("UPDATE wallet_balances SET held = payable, payable = 0")]
    [InlineData("UPDATE wallet_balances SET seller_account = 'thief'")]
    public async Task Day_WhoseMoneyIsSomebodyElses_IsNotProved(string corruption)
    {
        await using var rig = await CloseRig.CreateAsync();
        await rig.PaidAsync("a");
        await rig.Recon.AcceptAsync(SettlementRig.File(SettlementRig.Row("a")));
        Assert.True((await rig.ProofAsync()).IsProved);

        await rig.Store.CorruptAsync(corruption);

        Assert.NotEmpty((await rig.ProofAsync()).Blocks);
    }

    [Fact]
    public async Task Days_BeforeTheirEndOrFileOrTurn_SayWhyTheyCantBeClosed()
    {
        await using var rig = await CloseRig.CreateAsync();
        await rig.PaidAsync("a");
        await rig.PaidAsync("b", SettlementRig.Day.AddDays(1));
        await rig.Recon.AcceptAsync(SettlementRig.File(SettlementRig.Row("a")));

        Assert.Empty((await rig.ProofAsync()).Blocks);
        Assert.Equal(["Days are closed in their order: 2026-11-20 is next.", "No accepted file of the PSP's activity covers the day."], (await rig.ProofAsync(CloseRig.Day.AddDays(1))).Blocks);
        Assert.Contains("The day is not over (days are those of UTC).", (await rig.ProofAsync(CloseRig.Day.AddDays(2))).Blocks);
        Assert.Equal(
            [DayStage.Running, DayStage.NoFile, DayStage.Ready, DayStage.Before], (await rig.Recon.Calendar.ListAsync(null, 4, CancellationToken.None)).Select(line => line.Stage));
        Assert.Equal(new OpenDays(2, CloseRig.Day), await rig.Recon.Calendar.OpenAsync(CancellationToken.None));
    }
}
