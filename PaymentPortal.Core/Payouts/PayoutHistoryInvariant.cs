using System.Data.Common;
using PaymentPortal.Core.Integrity;

namespace PaymentPortal.Core.Payouts;

/// <summary>Replays every payout's history: legal moves only, without a gap, each line unchanged since it was written, and ending where the payout stands.</summary>
public sealed class PayoutHistoryInvariant(KeyRing keys) : IInvariant
{
    private const int MostFindings = 100;

    public string Code => "payouts-03";

    public string Rule => "A payout's status is the end of its history, which has only legal moves, no gap and no changed line.";

    public async Task<InvariantReport> CheckAsync(DbConnection snapshot, CancellationToken cancellationToken)
    {
        await using var command = snapshot.CreateCommand();
        command.CommandText = """
            SELECT p.payout_id, p.status, p.history_version, h.version, h.from_status, h.to_status, h.cause, h.actor, h.note, h.mac, h.key_id, h.at
            FROM payouts p LEFT JOIN payout_history h ON h.payout_id = p.payout_id
            UNION ALL SELECT h.payout_id, NULL, 0, h.version, h.from_status, h.to_status, h.cause, h.actor, h.note, h.mac, h.key_id, h.at
            FROM payout_history h WHERE NOT EXISTS (SELECT 1 FROM payouts p WHERE p.payout_id = h.payout_id)
            ORDER BY 1, 4
            """;
        var findings = new List<string>();
        await using var row = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        Replay? replay = null;
        while (findings.Count < MostFindings && await row.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (replay?.Payout != row.GetString(0))
            {
                replay?.End(findings);
                replay = new Replay(row.GetString(0), Text(row, 1), row.GetInt64(2));
            }
            if (!row.IsDBNull(3)) replay.Next(Read(row), IsUnchanged(row), findings);
        }
        replay?.End(findings);
        return findings.Count == 0 ? InvariantReport.Green : new InvariantReport(findings);
    }

    private static string? Text(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static Line Read(DbDataReader row) => new(row.GetInt64(3), Text(row, 4), row.GetString(5), row.GetString(6));

    private bool IsUnchanged(DbDataReader row)
    {
        if (!keys.TryGet(row.GetString(10), out var key)) return false;
        var line = Read(row);
        return PayoutHistory.Mac(key, row.GetString(0), line.Version, line.From, line.To, line.Cause, row.GetString(7), Text(row, 8), row.GetInt64(11)).AsSpan().SequenceEqual((byte[])row[9]);
    }

    private sealed record Line(long Version, string? From, string To, string Cause);

    private sealed class Replay(string payout, string? status, long versions)
    {
        private long _version;
        private string? _status;

        public string Payout => payout;

        public void Next(Line line, bool isUnchanged, List<string> findings)
        {
            _version++;
            if (!isUnchanged) findings.Add($"line {line.Version} of {payout} was changed after it was written");
            if (line.Version != _version) findings.Add($"the history of {payout} has {line.Version} in the place of {_version}");
            if (line.From != _status) findings.Add($"line {line.Version} of {payout} starts from {line.From ?? "nothing"}, but the one before ended at {_status ?? "nothing"}");
            if (!IsLegal(line)) findings.Add($"line {line.Version} of {payout} moves from {line.From ?? "nothing"} to {line.To} because of {line.Cause}, which no rule allows");
            (_version, _status) = (line.Version, line.To);
        }

        public void End(List<string> findings)
        {
            if (status is null) findings.Add($"the history of {payout} has no payout");
            else if (_status != status || _version != versions) findings.Add($"{payout} is {status} at version {versions}, its history ends with {_status ?? "nothing"} at {_version}");
        }

        private static bool IsLegal(Line line)
        {
            if (!Enum.TryParse<PayoutCause>(line.Cause, out var cause) || !PayoutStatuses.TryParse(line.To, out var to)) return false;
            if (line.From is null) return cause == PayoutCause.Created && to == PayoutStatus.Requested;
            return PayoutStatuses.TryParse(line.From, out var from) && PayoutMoves.CanMove(from, cause) && PayoutMoves.Move(from, cause) == to;
        }
    }
}
