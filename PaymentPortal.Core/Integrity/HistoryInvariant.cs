using System.Data.Common;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Integrity;

/// <summary>Replays the history of every item of a kind: legal moves only, without a gap, each line unchanged since it was written, and ending where the item stands.</summary>
internal sealed class HistoryInvariant(KeyRing keys, HistoryRules rules) : IInvariant
{
    public string Code => rules.Code;

    public string Rule => rules.Rule;

    public async Task<InvariantReport> CheckAsync(DbConnection snapshot, CancellationToken cancellationToken)
    {
        var moves = $"h.version, h.from_status, h.to_status, h.cause, h.actor, {rules.Note}, h.at, h.mac, h.key_id";
        var sql = $"""
            SELECT i.id, i.status, i.versions, {moves} FROM ({rules.Items}) AS i LEFT JOIN {rules.Table} h ON h.{rules.Id} = i.id
            UNION ALL SELECT h.{rules.Id}, NULL, 0, {moves} FROM {rules.Table} h WHERE h.{rules.Id} NOT IN (SELECT id FROM ({rules.Items}) AS known)
            ORDER BY 1, 4
            """;
        var findings = new List<string>();
        Replay? replay = null;
        await foreach (var line in snapshot.StreamAsync(sql, [], Read, cancellationToken).ConfigureAwait(false))
        {
            if (findings.Count >= Snapshot.MostFindings) break;
            if (replay?.Item != line.Item)
            {
                replay?.End(findings);
                replay = new Replay(line.Item, line.Status, line.Versions);
            }
            if (line.Move is { } move) replay.Next(move, IsUnchanged(move, line), rules.IsLegal(move), findings);
        }
        replay?.End(findings);
        return findings.Count == 0 ? InvariantReport.Green : new InvariantReport(findings);
    }

    private static Line Read(DbDataReader row)
    {
        var item = row.GetString(0);
        var move = row.IsDBNull(3) ? null : new HistoryMove(item, row.GetInt64(3), row.TextOrNull(4), row.GetString(5), row.GetString(6), row.GetString(7), row.TextOrNull(8), row.GetInt64(9));
        return new Line(item, row.TextOrNull(1), row.GetInt64(2), move, move is null ? [] : (byte[])row[10], row.TextOrNull(11));
    }

    private bool IsUnchanged(HistoryMove move, Line line) => keys.TryGet(line.KeyId!, out var key) && move.Mac(key).AsSpan().SequenceEqual(line.Mac);

    private sealed record Line(string Item, string? Status, long Versions, HistoryMove? Move, byte[] Mac, string? KeyId);

    private sealed class Replay(string item, string? status, long versions)
    {
        private long _version;
        private string? _status;

        public string Item => item;

        public void Next(HistoryMove move, bool isUnchanged, bool isLegal, List<string> findings)
        {
            _version++;
            if (!isUnchanged) findings.Add($"line {move.Version} of {item} was changed after it was written");
            if (move.Version != _version) findings.Add($"the history of {item} has {move.Version} in the place of {_version}");
            if (move.From != _status) findings.Add($"line {move.Version} of {item} starts from {move.From ?? "nothing"}, but the one before ended at {_status ?? "nothing"}");
            if (!isLegal) findings.Add($"line {move.Version} of {item} moves from {move.From ?? "nothing"} to {move.To} because of {move.Cause}, which no rule allows");
            (_version, _status) = (move.Version, move.To);
        }

        public void End(List<string> findings)
        {
            if (status is null) findings.Add($"the history of {item} is of nothing that is there");
            else if (_status != status || _version != versions) findings.Add($"{item} is {status} at version {versions}, its history ends with {_status ?? "nothing"} at {_version}");
        }
    }
}
