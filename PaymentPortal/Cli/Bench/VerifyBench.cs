using System.Diagnostics;
using System.Globalization;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Ledger;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Cli.Bench;

/// <summary>Building so many entries, proving their chain, and every rule of the catalogue over them; what a rule found is wrong, because the books are honest.</summary>
internal sealed record VerifyFigures(int Entries, TimeSpan Built, TimeSpan Chain, TimeSpan All, int Checks, long PeakMemory, IReadOnlyList<string> Wrong)
{
    public decimal RowsPerSecond => Entries / Math.Max(0.001m, (decimal)Chain.TotalMilliseconds / 1000m);
}

/// <summary>
/// Books of N entries, posted by the engine's own rules and journal with wallets, MACs and chain: pay-ins of a thousand sellers, their fees, and now and then
/// a reversal. The payments behind them are left out, so the rules of payments find nothing to judge.
/// </summary>
internal static class VerifyBench
{
    public const int Fewest = 1_000;

    private const int AtOnce = 500;
    private const int Sellers = 1_000;
    private const int ReversalEvery = 100;

    public static async Task<VerifyFigures> RunAsync(string directory, int entries, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(directory);
        await using var engine = await BenchEngine.OpenAsync(directory, 256, cancellationToken);
        var clock = TimeProvider.System;
        var start = clock.GetTimestamp();
        var journal = engine.Get<Journal>();
        var dealt = new DealtEntries(clock.GetUtcNow().AddDays(-1));
        for (var done = 0; done < entries; done += AtOnce)
        {
            var (from, count) = (done, Math.Min(AtOnce, entries - done));
            await engine.Lane.RunAsync(unit => dealt.Post(unit, journal, from, count), cancellationToken);
        }
        var built = clock.GetElapsedTime(start);
        await engine.Get<ChainAnchors>().WriteAsync(cancellationToken);
        var report = await engine.Get<InvariantRunner>().RunAsync(_ => { }, cancellationToken);
        var chain = report.Lines.Single(line => line.Code == "chain-" + Journal.ChainId);
        List<string> wrong = [.. report.Lines.Where(line => line.State == InvariantState.Broken).Select(line => $"{line.Code}: {string.Join("; ", line.Findings)}")];
        var stored = engine.Get<ChainAnchors>().Read().Anchors.Where(anchor => anchor.ChainId == Journal.ChainId).Select(anchor => anchor.Count).DefaultIfEmpty().Max();
        if (stored != entries) wrong.Add(string.Create(CultureInfo.InvariantCulture, $"{stored} entries in place of {entries}"));
        using var process = Process.GetCurrentProcess();
        return new VerifyFigures(entries, built, chain.Took, report.Took, report.Lines.Count(line => line.State != InvariantState.NotChecked), process.PeakWorkingSet64, wrong);
    }

    /// <summary>Entry by entry the same, whichever unit posts it: a unit may run twice.</summary>
    private sealed class DealtEntries(DateTimeOffset day)
    {
        public int Post(UnitOfWork unit, Journal journal, int from, int count)
        {
            JournalEntryId? last = null;
            for (var number = from; number < from + count; number++) last = One(unit, journal, number, last);
            return count;
        }

        private JournalEntryId One(UnitOfWork unit, Journal journal, int number, JournalEntryId? last)
        {
            var text = number.ToString("D12", CultureInfo.InvariantCulture);
            if (number % ReversalEvery == ReversalEvery - 1 && last is { } wrong) return journal.Reverse(unit, wrong, day, "a test of speed").EntryId;
            var (checkout, movement) = (new CheckoutId("chk_" + text), new PspMovement("txn_" + text, day, day));
            var (usd, seller) = (Currency.Of("USD"), SellerAccount.Of("seller-" + (number % Sellers).ToString(CultureInfo.InvariantCulture)));
            var entry = number % 2 == 0
                ? PostingRules.PayIn(checkout, new OrderShare(new PaymentOrderId("ord_" + text), seller, new Money(1250 + number, usd), new Money(125, usd)), movement)
                : PostingRules.PspFee(checkout, new Money(66, usd), movement)!;
            return journal.Post(unit, entry).EntryId;
        }
    }
}
