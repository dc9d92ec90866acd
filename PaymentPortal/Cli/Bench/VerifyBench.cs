using System.Diagnostics;
using System.Globalization;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Events;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Ledger;
using PaymentPortal.Core.Payments;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Cli.Bench;

/// <summary>Building so many entries, proving their chain, and every rule of the catalogue over them; what a rule found is wrong, because the books are honest.</summary>
internal sealed record VerifyFigures(int Entries, TimeSpan Built, TimeSpan Chain, IntegrityReport Report, long PeakMemory, IReadOnlyList<string> Wrong)
{
    private const int FewSlowest = 5;

    public int Checks => Report.Lines.Count(line => line.State != InvariantState.NotChecked);

    public IEnumerable<InvariantLine> Slowest => Report.Lines.OrderByDescending(line => line.Took).Take(FewSlowest);

    public decimal RowsPerSecond => Entries / Math.Max(0.001m, (decimal)Chain.TotalMilliseconds / 1000m);
}

/// <summary>
/// Books of N entries, posted by the engine's own rules and journal with wallets, MACs and chain: pay-ins of a thousand sellers with the payments behind them, fees
/// of the PSP's, and now and then a reversal. Sessions, refunds and payouts are left out, so their rules find nothing to judge.
/// </summary>
internal static class VerifyBench
{
    public const int Fewest = 1_000;

    private const int Promised = 1_000_000;
    private const int FewestRowsPerSecond = 100_000;
    private const int AtOnce = 500;
    private const int Sellers = 1_000;
    private const int ReversalEvery = 100;
    private const int PayInEvery = 10;

    public static async Task<VerifyFigures> RunAsync(string directory, int entries, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(directory);
        await using var engine = await BenchEngine.OpenAsync(directory, 256, cancellationToken);
        var clock = TimeProvider.System;
        var start = clock.GetTimestamp();
        var journal = engine.Get<Journal>();
        var dealt = new DealtEntries(engine.Get<PaymentHistory>(), clock.GetUtcNow().AddDays(-1));
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
        var figures = new VerifyFigures(entries, built, chain.Took, report, process.PeakWorkingSet64, wrong);
        if (entries >= Promised && figures.RowsPerSecond < FewestRowsPerSecond) wrong.Add(string.Create(CultureInfo.InvariantCulture, $"{figures.RowsPerSecond:0} entries a second are fewer than the {FewestRowsPerSecond} that are promised"));
        return figures;
    }

    /// <summary>Entry by entry the same, whichever unit posts it: a unit may run twice.</summary>
    private sealed class DealtEntries(PaymentHistory history, DateTimeOffset day)
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
            if (number % PayInEvery != 0) return journal.Post(unit, PostingRules.PspFee(checkout, new Money(66, usd), movement)!).EntryId;
            var (order, amount, fee) = (new PaymentOrderId("ord_" + text), new Money(1250 + number, usd), new Money(125, usd));
            Pay(unit, checkout.Value, order.Value, seller.Value, amount, fee);
            return journal.Post(unit, PostingRules.PayIn(checkout, new OrderShare(order, seller, amount, fee), movement)).EntryId;
        }

        /// <summary>The rows of a payment that is over, with its history and its facts.</summary>
        private void Pay(UnitOfWork unit, string checkout, string order, string seller, Money amount, Money fee)
        {
            unit.Execute(
                """
                INSERT INTO payment_events (checkout_id, user_id, buyer_account, is_payment_done, status, link_key, currency, amount, api_key_id, created_at, updated_at, ends_at, declines, decline_cap, row_version, history_version)
                VALUES ($1, 'usr_bench', 'bench', 1, 'SUCCESS', $1, $2, $3, 'key_bench', $4, $4, $4, 0, 3, 0, 3)
                """,
                checkout, amount.Currency.Code, amount.Minor, unit.Now);
            unit.Execute(
                """
                INSERT INTO payment_orders (payment_order_id, checkout_id, line, buyer_account, seller_account, amount, platform_fee, currency, payment_order_status, ledger_updated, wallet_updated, created_at, updated_at)
                VALUES ($1, $2, 1, 'bench', $3, $4, $5, $6, 'SUCCESS', 1, 1, $7, $7)
                """,
                order, checkout, seller, amount.Minor, fee.Minor, amount.Currency.Code, unit.Now);
            history.Append(unit, checkout, 1, null, PaymentOrderStatus.NotStarted, MoveCause.Created, Actor.Buyer);
            history.Append(unit, checkout, 2, PaymentOrderStatus.NotStarted, PaymentOrderStatus.Executing, MoveCause.PayPressed, Actor.Buyer);
            history.Append(unit, checkout, 3, PaymentOrderStatus.Executing, PaymentOrderStatus.Success, MoveCause.SessionPaid, Actor.Psp);
            foreach (var (version, type) in new[] { (1, EventTypes.CheckoutCreated), (2, EventTypes.CheckoutExecuting), (3, EventTypes.CheckoutSucceeded) }) Outbox.Add(unit, checkout, version, type, "{}");
        }
    }
}
