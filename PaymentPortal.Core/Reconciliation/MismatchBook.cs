using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Ledger;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Reconciliation;

/// <summary>A mismatch as it is found: what both sides say.</summary>
internal sealed record FoundMismatch(MismatchKind Kind, string? FileId, SettlementFields? Line, OurFact? Ours, DateTimeOffset HappenedAt);

/// <summary>The only writer of mismatches: each is opened, moved and told of in its history in one unit, and what is within a limit is settled at once.</summary>
public sealed class MismatchBook(KeyRing keys, Journal journal, Tolerances tolerances)
{
    internal static readonly Actor Finder = Actor.Program("reconciliation");

    internal void Open(UnitOfWork unit, FoundMismatch found)
    {
        var mismatch = Describe(unit, found);
        unit.Execute(
            $"INSERT INTO mismatches ({Mismatch.Columns}) VALUES ($1, $2, $3, 'Open', $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, NULL, NULL, NULL, NULL, NULL, 1, NULL)",
            mismatch.MismatchId, mismatch.Kind, mismatch.Class, mismatch.FileId, mismatch.Line, mismatch.Fact, mismatch.TransactionId, mismatch.Category, mismatch.SourceId, mismatch.TheirCurrency, mismatch.TheirGross,
            mismatch.TheirFee, mismatch.OurCurrency, mismatch.OurGross, mismatch.OurFee, mismatch.Variance, mismatch.Currency, mismatch.CheckoutId, mismatch.HappenedAt, mismatch.OpenedAt, mismatch.DueAt);
        Tell(unit, mismatch.MismatchId, 1, null, MismatchState.Open, MismatchCause.Found, Finder, null);
        if (mismatch.Class == MismatchClass.Automatic) Settle(unit, mismatch);
    }

    /// <summary>Moves it by the move table. Its other columns are the caller's.</summary>
    internal MismatchState Move(UnitOfWork unit, Mismatch mismatch, MismatchCause cause, Actor actor, string? note = null)
    {
        var to = MismatchMoves.Move(mismatch.State, cause);
        var version = mismatch.HistoryVersion + 1;
        var isClosed = to is MismatchState.Resolved or MismatchState.Ignored or MismatchState.Withdrawn;
        unit.Execute(
            "UPDATE mismatches SET state = $2, history_version = $3, closed_at = CASE WHEN $4 = 1 THEN COALESCE(closed_at, $5) ELSE NULL END WHERE mismatch_id = $1", mismatch.MismatchId, to, version, isClosed, unit.Now);
        Tell(unit, mismatch.MismatchId, version, mismatch.State, to, cause, actor, note);
        return to;
    }

    private void Settle(UnitOfWork unit, Mismatch mismatch)
    {
        if (mismatch.Kind != MismatchKind.Timing)
        {
            var entry = MismatchPostings.Entry(mismatch, MismatchEntry.Adjust, mismatch.HappenedAt, mismatch.Category == Facts.Fee ? "the PSP's own fee, within the limit" : "fee rounding within the limit");
            unit.Execute("UPDATE mismatches SET entry_id = $2 WHERE mismatch_id = $1", mismatch.MismatchId, journal.Post(unit, entry).EntryId.Value);
        }
        Move(unit, mismatch, MismatchCause.SettledWithinLimit, Finder);
    }

    private MismatchClass ClassOf(UnitOfWork unit, MismatchKind kind, string category, Money variance) => kind switch
    {
        MismatchKind.Timing => MismatchClass.Automatic,
        _ when IsWithinLimit(unit, kind, category, variance) => MismatchClass.Automatic,
        MismatchKind.MissingOurs or MismatchKind.MissingPsp or MismatchKind.Unknown => MismatchClass.Investigate,
        _ => MismatchClass.Person,
    };

    private bool IsWithinLimit(UnitOfWork unit, MismatchKind kind, string category, Money variance)
    {
        var isOwnFee = kind == MismatchKind.MissingOurs && category == Facts.Fee && variance.Minor < 0;
        if (!isOwnFee && kind != MismatchKind.Fee) return false;
        var (each, daily) = isOwnFee ? (tolerances.OwnFee, tolerances.OwnFeeDaily) : (tolerances.FeeRounding, tolerances.FeeRoundingDaily);
        if (Math.Abs(variance.Minor) > each) return false;
        var today = new DateTimeOffset(unit.Now.UtcDateTime.Date, TimeSpan.Zero);
        var spent = unit.Scalar("SELECT SUM(ABS(variance)) FROM mismatches WHERE class = 'Automatic' AND closed_at >= $1 AND currency = $2 AND kind = $3", today, variance.Currency.Code, kind);
        return spent + Math.Abs(variance.Minor) <= daily;
    }

    private Mismatch Describe(UnitOfWork unit, FoundMismatch found)
    {
        var (line, ours) = (found.Line, found.Ours);
        var variance = found.Kind is MismatchKind.Duplicate or MismatchKind.Timing ? 0
            : (line?.Net ?? 0) - (line is null || ours?.Side.Currency == line.Currency ? ours?.Side.Net ?? 0 : 0);
        var (category, currency) = (line?.Category ?? ours!.Fact.Split(':')[0], line?.Currency ?? ours!.Side.Currency);
        return new Mismatch
        {
            MismatchId = unit.NewId<MismatchId>().Value, Kind = found.Kind, Class = ClassOf(unit, found.Kind, category, new Money(variance, Currency.Of(currency))), State = MismatchState.Open, FileId = found.FileId, Line = line?.Line, Fact = ours?.Fact,
            TransactionId = line?.TransactionId, Category = category, SourceId = line?.SourceId ?? ours?.Fact.Split(':')[1],
            TheirCurrency = line?.Currency, TheirGross = line?.Gross, TheirFee = line?.Fee, OurCurrency = ours?.Side.Currency, OurGross = ours?.Side.Gross, OurFee = ours?.Side.Fee,
            Variance = variance, Currency = currency, CheckoutId = ours?.CheckoutId,
            HappenedAt = found.HappenedAt, OpenedAt = unit.Now, DueAt = unit.Now + Patience(variance), HistoryVersion = 1,
        };
    }

    /// <summary>Whole units would differ from currency to currency; a thousand and a hundred of two decimals are near enough for a due day.</summary>
    private static TimeSpan Patience(long variance) => Math.Abs(variance) switch
    {
        >= 100_000 => TimeSpan.FromDays(1),
        >= 10_000 => TimeSpan.FromDays(3),
        _ => TimeSpan.FromDays(7),
    };

    private void Tell(UnitOfWork unit, string id, long version, MismatchState? from, MismatchState to, MismatchCause cause, Actor actor, string? note)
    {
        var (key, kept) = (keys.Active, note is null ? null : StoredText.Cut(note));
        unit.Execute(
            "INSERT INTO mismatch_history (mismatch_id, version, from_status, to_status, cause, actor, note, at, mac, key_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            id, version, from, to, cause, actor.Value, kept, unit.Now, new HistoryMove(id, version, from?.ToString(), to.ToString(), cause.ToString(), actor.Value, kept, unit.Now.ToMicroseconds()).Mac(key), key.Id);
    }
}
