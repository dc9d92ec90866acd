using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Reconciliation;

/// <summary>
/// What time brings: facts of ours that no file told of although their lag is over become mismatches, what was missing on our side and is booked by now
/// is settled, and what was left alone until a day is open again. Until its lag is over a fact is waiting, not wrong.
/// </summary>
public sealed class SettlementSweep(WriteLane lane, SqlDialect dialect, MismatchBook book, TimeProvider time)
{
    private const int AtOnce = 500;

    /// <summary>A payout reaches its report by the day that it takes effect, all else within a day of happening.</summary>
    public static readonly TimeSpan Lag = TimeSpan.FromHours(48);
    public static readonly TimeSpan PayoutLag = TimeSpan.FromHours(96);

    /// <summary>Without the fee, which is looked up for those that are missing: see <see cref="FeeOf"/>.</summary>
    private const string Charges = """
        SELECT 'charge:' || b.charge_id AS fact, b.amount AS amount,
            NULL AS fee, b.currency AS currency, b.checkout_id AS checkout_id, b.booked_at AS at
        FROM booked_sessions b WHERE b.booked_at >= $1 AND b.booked_at < $2
        """;

    private const string Entries = $"SELECT {Facts.EntryColumns}, e.effective_at AS at FROM journal_entries e WHERE e.effective_at >= $1 AND e.effective_at < $2 AND e.kind IN";

    private const string OfActivity = $" ({Facts.ActivityKinds})";

    private static readonly string LineCame =
        $"SELECT {Mismatch.Columns} FROM mismatches WHERE state IN ('Open', 'Timing') AND file_id IS NULL AND EXISTS (SELECT 1 FROM settlement_lines l WHERE l.fact = mismatches.fact) LIMIT {AtOnce}";

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (var file in await lane.RunAsync(Unswept, cancellationToken).ConfigureAwait(false)) await SweepAsync(file, cancellationToken).ConfigureAwait(false);
        while (await lane.RunAsync(Reopen, cancellationToken).ConfigureAwait(false) == AtOnce)
        {
            // More of them are due.
        }
        await lane.RunAsync(CameLater, cancellationToken).ConfigureAwait(false);
    }

    private static List<SettlementFile> Unswept(UnitOfWork unit) => unit.Query(
        $"SELECT {SettlementFile.Columns} FROM settlement_files WHERE state = 'Accepted' AND is_swept = 0 AND period_from IS NOT NULL ORDER BY period_to LIMIT 50", SettlementFile.Read);

    private async Task SweepAsync(SettlementFile file, CancellationToken cancellationToken)
    {
        var lag = file.Kind == SettlementKind.Payouts ? PayoutLag : Lag;
        var (from, end, now) = (file.PeriodFrom!.Value, file.PeriodTo!.Value, time.GetUtcNow());
        var to = end < now - lag ? end : now - lag;
        if (to > from)
        {
            foreach (var fact in await MissingAsync(file.Kind, from, to, cancellationToken).ConfigureAwait(false)) await lane.RunAsync(unit => Miss(unit, fact), cancellationToken).ConfigureAwait(false);
        }
        if (to == end) await lane.RunAsync(unit => unit.Execute("UPDATE settlement_files SET is_swept = 1 WHERE file_id = $1 AND state = 'Accepted'", file.FileId), cancellationToken).ConfigureAwait(false);
    }

    private async Task<List<FoundMismatch>> MissingAsync(SettlementKind kind, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        var facts = kind == SettlementKind.Payouts ? Entries + " ('OwnPayoutSent')" : $"{Charges} UNION ALL {Entries}{OfActivity}";
        await using var reader = dialect.OpenReader();
        return await reader.ReadAsync(
            $"""
            SELECT f.fact, f.amount, f.fee, f.currency, f.checkout_id, f.at FROM ({facts}) AS f
            WHERE NOT EXISTS (SELECT 1 FROM settlement_lines l WHERE l.fact = f.fact)
                AND NOT EXISTS (SELECT 1 FROM mismatches m WHERE m.fact = f.fact AND m.file_id IS NULL AND m.state <> 'Withdrawn')
            """,
            [from, to],
            row =>
            {
                var (amount, fee, isCharge) = (row.NumberOrNull(1) ?? 0, row.NumberOrNull(2) ?? 0, row.GetString(0).StartsWith("charge:", StringComparison.Ordinal));
                var side = new MoneySide(row.GetString(3), isCharge ? amount : amount + fee, fee);
                return new FoundMismatch(MismatchKind.MissingPsp, null, null, new OurFact(row.GetString(0), side, row.TextOrNull(4), false, false), row.Moment(5));
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Looked at again in the unit: a file that came meanwhile may tell of it.</summary>
    private int Miss(UnitOfWork unit, FoundMismatch missing)
    {
        var fact = missing.Ours!.Fact;
        if (unit.Scalar("SELECT COUNT(*) FROM settlement_lines WHERE fact = $1", fact) > 0) return 0;
        if (unit.Scalar("SELECT COUNT(*) FROM mismatches WHERE fact = $1 AND file_id IS NULL AND state <> 'Withdrawn'", fact) > 0) return 0;
        var ours = missing.Ours;
        if (missing.Ours.CheckoutId is { } checkout && fact.StartsWith("charge:", StringComparison.Ordinal)) ours = ours with { Side = ours.Side with { Fee = FeeOf(unit, checkout) } };
        book.Open(unit, missing with { Ours = ours });
        return 1;
    }

    /// <summary>A fee is booked under the PSP's movement, which only the missing line would name: it is told by its payment, where that was paid once.</summary>
    private static long FeeOf(UnitOfWork unit, string checkout) => unit.Scalar(
        """
        SELECT SUM(CASE WHEN e.kind = 'PspFee' AND p.account = 'psp:fees' THEN p.amount END) FROM journal_entries e JOIN postings p ON p.entry_id = e.entry_id
        WHERE e.checkout_id = $1 AND (SELECT COUNT(*) FROM booked_sessions b WHERE b.checkout_id = $1) = 1
        """,
        checkout);

    private int Reopen(UnitOfWork unit)
    {
        var over = unit.Query($"SELECT {Mismatch.Columns} FROM mismatches WHERE state = 'Timing' AND timing_until <= $1 LIMIT {AtOnce}", Mismatch.Read, unit.Now);
        foreach (var mismatch in over) book.Move(unit, mismatch, MismatchCause.TimingOver, MismatchBook.Finder);
        return over.Count;
    }

    /// <summary>The newest lines whose booking we lacked: webhooks may be late, too.</summary>
    private int CameLater(UnitOfWork unit)
    {
        var open = unit.Query(
            $"SELECT {Mismatch.Columns} FROM mismatches WHERE state IN ('Open', 'Timing') AND file_id IS NOT NULL AND kind IN ('MissingOurs', 'Status') ORDER BY opened_at DESC LIMIT {AtOnce}", Mismatch.Read);
        foreach (var mismatch in open)
        {
            if (LineCases.CameLater(unit, mismatch.FileId!, mismatch.Line!.Value) is not { } paired) continue;
            unit.Execute("UPDATE settlement_lines SET bucket = 'Matched', fact = $3 WHERE file_id = $1 AND line = $2", mismatch.FileId, mismatch.Line, paired.Fact);
            book.Move(unit, mismatch, MismatchCause.CameLater, MismatchBook.Finder, "Our own booking came after the file.");
        }
        foreach (var mismatch in unit.Query(LineCame, Mismatch.Read)) book.Move(unit, mismatch, MismatchCause.CameLater, MismatchBook.Finder, "It came with a later file, while an entry was being asked for.");
        return open.Count;
    }
}
