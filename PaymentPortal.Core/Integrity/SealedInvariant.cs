using System.Data.Common;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Integrity;

/// <summary>
/// Every sealed value opens where it stands: one that was changed, that comes from another row, or whose nonce was copied does not. One value is in memory at a
/// time, whatever the store. Opening all of a large one takes minutes, so the watch opens a slice at a time, round and round.
/// </summary>
public sealed class SealedInvariant(SqlDialect dialect, FieldCipher cipher) : IInvariant
{
    /// <summary>Tenths of a second.</summary>
    private const int Slice = 20_000;

    private readonly Lazy<IReadOnlyList<SealedPlace>> _places = new(() => SealedPlace.Of(dialect));
    private Round _round = Round.First;

    public string Code => "sealed-01";

    public string Rule => "Every sealed value opens in its own row and column, under a key that is in use.";

    public async Task<InvariantReport> CheckAsync(DbConnection snapshot, CancellationToken cancellationToken)
    {
        var findings = new List<string>();
        foreach (var place in _places.Value)
        {
            await foreach (var value in snapshot.StreamAsync(place.All, [], row => Read(place, row, 0), cancellationToken).ConfigureAwait(false))
            {
                if (findings.Count >= Snapshot.MostFindings) break;
                if (value.WhyNot is { } why) findings.Add(why);
            }
        }
        // The next slice begins a new round: what was found before this one may be mended.
        _round = Round.First with { Before = findings };
        return new InvariantReport(findings);
    }

    public async Task<InvariantReport> WatchAsync(DbConnection snapshot, CancellationToken cancellationToken)
    {
        var round = _round;
        var (found, left, at, after) = (round.Found.ToList(), Slice, round.Place, round.After);
        while (left > 0 && at < _places.Value.Count)
        {
            var place = _places.Value[at];
            var (sql, arguments) = place.Next(after, left);
            var count = 0;
            await foreach (var value in snapshot.StreamAsync(sql, arguments, row => Read(place, row, place.Keys.Count), cancellationToken).ConfigureAwait(false))
            {
                count++;
                after = value.Keys;
                if (value.WhyNot is { } why && found.Count < Snapshot.MostFindings) found.Add(why);
            }
            if (count == left) break;
            (left, at, after) = (left - count, at + 1, []);
        }
        _round = at < _places.Value.Count ? new Round(at, after, found, round.Before) : Round.First with { Before = found };
        // Until the round has come to it again, what the last one found stands.
        List<string> all = [.. found.Union(round.Before ?? [], StringComparer.Ordinal).Take(Snapshot.MostFindings)];
        if (at == _places.Value.Count) all = found;
        return all.Count == 0 && _round.Before is null ? InvariantReport.Skipped("the first round over all sealed values since the start is under way") : new InvariantReport(all);
    }

    private Opened Read(SealedPlace place, DbDataReader row, int keys)
    {
        var id = row.GetString(keys);
        return new Opened([.. Enumerable.Range(0, keys).Select(row.GetValue)], cipher.WhyNot(place.Table, id, place.Column, new Sealed((byte[])row[keys + 1])));
    }

    private sealed record Opened(object[] Keys, string? WhyNot);

    /// <param name="After">The key of the value that was opened last there; empty at the place's start.</param>
    /// <param name="Before">What the last whole round found; null before the first is over.</param>
    private sealed record Round(int Place, object[] After, IReadOnlyList<string> Found, IReadOnlyList<string>? Before)
    {
        public static readonly Round First = new(0, [], [], null);
    }
}
