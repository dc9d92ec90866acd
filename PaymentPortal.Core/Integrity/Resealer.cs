using System.Text;
using Microsoft.Extensions.Logging;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Integrity;

/// <summary>
/// Seals anew, under the newest key, what an older one sealed: in small units among all others. It keeps no place of its own: what is left is what still
/// carries another key's id, so that it goes on after any end of the process.
/// </summary>
public sealed class Resealer(SqlDialect dialect, WriteLane lane, KeyRing keys, FieldCipher cipher, ILogger<Resealer> log)
{
    private const int Batch = 200;

    /// <summary>The key under which everything was last found to be.</summary>
    private string? _doneFor;

    /// <summary>One pass over all columns; it tells how many values it sealed anew. Free while nothing was rotated since the last one that found nothing.</summary>
    public async Task<int> PassAsync(CancellationToken cancellationToken)
    {
        var active = keys.Active.Id;
        if (keys.Keys.Count == 1 || _doneFor == active) return 0;
        var (count, left) = (0, 0);
        foreach (var place in SealedPlace.Of(dialect))
        {
            var (resealed, unopened) = await PassAsync(place, active, cancellationToken).ConfigureAwait(false);
            (count, left) = (count + resealed, left + unopened);
        }
        // A value that was sealed just before the rotation may be written just after this pass: only a pass that finds nothing ends it.
        if (count == 0 && left == 0) _doneFor = active;
        return count;
    }

    /// <summary>How many stored values each key seals.</summary>
    public async Task<IReadOnlyDictionary<string, long>> CountAsync(CancellationToken cancellationToken)
    {
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        await using var connection = dialect.OpenReader();
        foreach (var place in SealedPlace.Of(dialect))
        {
            var sql = $"SELECT substr({place.Column}, 1, 8) AS key_id, COUNT(*) FROM {place.Table} WHERE {place.Column} IS NOT NULL GROUP BY key_id";
            foreach (var (key, count) in await connection.ReadAsync(sql, [], row => (Encoding.ASCII.GetString((byte[])row[0]), row.GetInt64(1)), cancellationToken).ConfigureAwait(false))
                counts[key] = counts.GetValueOrDefault(key) + count;
        }
        return counts;
    }

    private async Task<(int Resealed, int Unopened)> PassAsync(SealedPlace place, string active, CancellationToken cancellationToken)
    {
        var sql = $"SELECT {place.Id}, {place.Column} FROM {place.Table} WHERE {place.Id} > $1 AND {place.Column} IS NOT NULL AND substr({place.Column}, 1, 8) <> $2 ORDER BY {place.Id} LIMIT {Batch}";
        var (resealed, unopened, after) = (0, 0, "");
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            List<(string Id, byte[] Old)> rows;
            await using (var connection = dialect.OpenReader())
                rows = await connection.ReadAsync(sql, [after, Encoding.ASCII.GetBytes(active)], row => (row.GetString(0), (byte[])row[1]), cancellationToken).ConfigureAwait(false);
            if (rows.Count == 0) return (resealed, unopened);
            var fresh = rows.Select(row => (row.Id, row.Old, New: Reseal(place, row.Id, row.Old))).ToList();
            unopened += fresh.Count(row => row.New is null);
            resealed += await lane.RunAsync(unit => fresh.Where(row => row.New is not null).Sum(row => Replace(unit, place, row.Id, row.Old, row.New!)), cancellationToken).ConfigureAwait(false);
            after = rows[^1].Id;
        }
    }

    /// <summary>Only while the old value still stands there: whoever wrote meanwhile wrote under the newest key.</summary>
    private static int Replace(UnitOfWork unit, SealedPlace place, string id, byte[] old, byte[] fresh) =>
        unit.Execute($"UPDATE {place.Table} SET {place.Column} = $1 WHERE {place.Id} = $2 AND {place.Column} = $3", fresh, id, old);

    /// <summary>Null when it does not open: it was tampered with, and stays as it is for whoever looks into that.</summary>
    private byte[]? Reseal(SealedPlace place, string id, byte[] old)
    {
        try
        {
            return cipher.Seal(place.Table, id, place.Column, cipher.Open(place.Table, id, place.Column, new Sealed(old))).Bytes;
        }
        catch (SealBrokenException broken)
        {
            Log.NotResealed(log, broken.Message);
            return null;
        }
    }
}
