using PaymentPortal.Core.Common;
using PaymentPortal.Core.Ledger;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Reconciliation;

/// <summary>Matches one batch of a file's lines, in one unit: sets their buckets, opens mismatches, and closes those that the lines settle.</summary>
internal sealed class MatchBatch(UnitOfWork unit, SettlementFile file, MismatchBook book)
{
    private readonly Dictionary<string, SettlementFields> _counted = new(StringComparer.Ordinal);
    private readonly HashSet<string> _paired = new(StringComparer.Ordinal);
    private readonly HashSet<string> _knownFrom = new(StringComparer.Ordinal);

    public void Run(IReadOnlyList<LineCase> cases)
    {
        var missing = unit.Scalar("SELECT COUNT(*) FROM mismatches WHERE file_id IS NULL AND state IN ('Open', 'Timing')") > 0;
        foreach (var one in cases)
        {
            var verdict = Matcher.Judge(SeenHere(one), file.FileId, file.PeriodFrom);
            var counts = verdict.Bucket is not (LineBucket.Duplicate or LineBucket.Known);
            Store(one.Line, verdict, counts);
            if (verdict.Kind is { } kind) book.Open(unit, new FoundMismatch(kind, file.FileId, one.Line, verdict.Paired, Instants.FromMicroseconds(one.Line.CreatedAt)));
            if (verdict.Bucket == LineBucket.Known) _knownFrom.Add(one.SameFile!);
            if (counts) _counted[one.Line.TransactionId] = one.Line;
            if (verdict.Paired is { } paired)
            {
                _paired.Add(paired.Fact);
                if (missing) CameLater(paired.Fact);
            }
        }
        var known = file.KnownFrom.Split(',', StringSplitOptions.RemoveEmptyEntries).Union(_knownFrom).Order(StringComparer.Ordinal);
        unit.Execute("UPDATE settlement_files SET matched_to = $2, known_from = $3 WHERE file_id = $1", file.FileId, cases[^1].Line.Line, string.Join(',', known));
    }

    /// <summary>What earlier lines of this batch changed since the batch was read.</summary>
    private LineCase SeenHere(LineCase one)
    {
        if (_counted.TryGetValue(one.Line.TransactionId, out var same)) return one with { Same = same, SameFile = file.FileId };
        if (one.Ours is { } ours && _paired.Contains(ours.Fact)) return one with { Ours = ours with { IsPaired = true } };
        return one.Other is { } other && _paired.Contains(other.Fact) ? one with { Other = other with { IsPaired = true } } : one;
    }

    private void Store(SettlementFields line, LineVerdict verdict, bool counts) => unit.Execute(
        "UPDATE settlement_lines SET bucket = $3, is_counted = $4, fact = $5, effective_at = $6 WHERE file_id = $1 AND line = $2",
        file.FileId, line.Line, verdict.Bucket, counts, verdict.Paired?.Fact, counts ? LockedDays.Place(unit, Instants.FromMicroseconds(line.CreatedAt)).EffectiveAt : null);

    /// <summary>The PSP was late with it: what was missed is here.</summary>
    private void CameLater(string fact)
    {
        if (unit.QueryFirst($"SELECT {Mismatch.Columns} FROM mismatches WHERE fact = $1 AND file_id IS NULL AND state IN ('Open', 'Timing')", Mismatch.Read, fact) is { } missed)
            book.Move(unit, missed, MismatchCause.CameLater, MismatchBook.Finder, $"It came with {file.FileId}.");
    }
}
