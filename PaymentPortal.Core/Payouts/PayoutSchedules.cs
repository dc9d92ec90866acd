using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.Extensions.Logging;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Storage;
using PaymentPortal.Core.Wallets;

namespace PaymentPortal.Core.Payouts;

/// <summary>A period in which a seller was paid by schedule. Its key is the promise: once per seller and period, however often the job runs.</summary>
internal sealed class ScheduledPayout
{
    public required string SellerAccount { get; init; }

    /// <summary>A UTC day (2026-11-23) or an ISO week (2026-W48).</summary>
    public required string Period { get; init; }

    public string? PayoutId { get; init; }

    /// <summary>Why the payout of this period was refused.</summary>
    public string? Refused { get; init; }

    public DateTimeOffset At { get; init; }
}

/// <summary>
/// Asks for the payouts of sellers who are paid daily, weekly or by threshold: all that they can withdraw. A seller with nothing to withdraw keeps
/// his period until he has something.
/// </summary>
public sealed class PayoutSchedules(WriteLane lane, SqlDialect dialect, WalletService wallets, PayoutService payouts, TimeProvider time, ILogger<PayoutSchedules> log)
{
    private static readonly Actor Schedule = Actor.Program("payout-schedule");

    /// <summary>Tells how many payouts were asked for.</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var asked = 0;
        foreach (var seller in await DueAsync(cancellationToken).ConfigureAwait(false))
        {
            if (await AskAsync(SellerAccount.Of(seller), cancellationToken).ConfigureAwait(false)) asked++;
        }
        return asked;
    }

    /// <summary>The period that a moment lies in.</summary>
    public static string PeriodOf(PayoutSchedule schedule, DateTimeOffset now) => schedule == PayoutSchedule.Weekly
        ? string.Create(CultureInfo.InvariantCulture, $"{ISOWeek.GetYear(now.UtcDateTime)}-W{ISOWeek.GetWeekOfYear(now.UtcDateTime):00}")
        : now.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private async Task<List<string>> DueAsync(CancellationToken cancellationToken)
    {
        await using var connection = dialect.OpenReader();
        return await connection.ReadAsync(
            """
            SELECT s.seller_account FROM seller_accounts s JOIN wallet_balances w ON w.seller_account = s.seller_account AND w.currency = s.bank_currency AND w.payable > 0
            WHERE s.payout_schedule <> 'Manual' AND s.psp_account IS NOT NULL AND s.is_payouts_enabled
                AND NOT EXISTS (SELECT 1 FROM scheduled_payouts d WHERE d.seller_account = s.seller_account AND d.period = CASE WHEN s.payout_schedule = 'Weekly' THEN $2 ELSE $1 END)
            """,
            [PeriodOf(PayoutSchedule.Daily, time.GetUtcNow()), PeriodOf(PayoutSchedule.Weekly, time.GetUtcNow())], row => row.GetString(0), cancellationToken).ConfigureAwait(false);
    }

    private async Task<bool> AskAsync(SellerAccount seller, CancellationToken cancellationToken)
    {
        var asked = await lane.RunAsync(unit => Ask(unit, seller), cancellationToken).ConfigureAwait(false);
        if (!asked.IsRefused) return asked.Value;
        Log.ScheduleRefused(log, seller.Value, asked.Refusal!.Text);
        // The refused unit took its period back; kept here, so that the next run does not ask the same again.
        await lane.RunAsync(unit => SellerBank.Of(unit, seller) is { } bank && Take(unit, seller, PeriodOf(bank.Schedule, unit.Now), null, StoredText.Cut(asked.Refusal!.Text)), cancellationToken).ConfigureAwait(false);
        return false;
    }

    private Result<bool> Ask(UnitOfWork unit, SellerAccount seller)
    {
        if (SellerBank.Of(unit, seller) is not { Schedule: not PayoutSchedule.Manual, Currency: { } code } bank) return false;
        var amount = PayoutRules.Payable(wallets.Withdrawable(unit, seller, Currency.Of(code)));
        if (amount.IsZero || (bank.Schedule == PayoutSchedule.Threshold && amount.Minor < bank.Threshold)) return false;
        var period = PeriodOf(bank.Schedule, unit.Now);
        if (unit.Scalar("SELECT COUNT(*) FROM scheduled_payouts WHERE seller_account = $1 AND period = $2", seller.Value, period) > 0) return false;
        var made = payouts.Request(unit, new NewPayout(seller, amount, $"Schedule {bank.Schedule.ToString().ToLowerInvariant()}, {period}"), Schedule);
        if (made.IsRefused) return made.Refusal!;
        // The key decides, whatever was read above: of two runs at once one fails here, and its payout with it.
        return Take(unit, seller, period, made.Value.Id, null) ? true : throw new InvalidOperationException($"{seller} was paid twice in {period}.");
    }

    private static bool Take(UnitOfWork unit, SellerAccount seller, string period, PayoutId? payout, string? refused) => unit.Execute(
        "INSERT INTO scheduled_payouts (seller_account, period, payout_id, refused, at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (seller_account, period) DO NOTHING",
        seller.Value, period, payout?.Value, refused, unit.Now) == 1;
}

internal sealed class ScheduledPayoutMapping : IEntityTypeConfiguration<ScheduledPayout>
{
    public void Configure(EntityTypeBuilder<ScheduledPayout> builder)
    {
        builder.ToTable("scheduled_payouts").HasKey(one => new { one.SellerAccount, one.Period });
        builder.Property(one => one.SellerAccount).HasMaxLength(100);
        builder.Property(one => one.Period).HasMaxLength(12);
        builder.Property(one => one.PayoutId).HasMaxLength(40);
        builder.Property(one => one.Refused).HasMaxLength(500);
    }
}
