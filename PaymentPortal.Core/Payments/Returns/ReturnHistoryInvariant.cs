using System.Data.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Payments.Disputes;
using PaymentPortal.Core.Payments.Refunds;

namespace PaymentPortal.Core.Payments.Returns;

/// <summary>Replays the history of every refund and dispute, as <see cref="HistoryInvariant"/> does for payments.</summary>
public sealed class ReturnHistoryInvariant(KeyRing keys) : IInvariant
{
    private const int MostFindings = 100;

    public string Code => "returns-01";

    public string Rule => "The status of a refund or a dispute is the end of its history, which has only legal moves, no gap and no changed line.";

    public async Task<InvariantReport> CheckAsync(DbConnection snapshot, CancellationToken cancellationToken)
    {
        await using var command = snapshot.CreateCommand();
        command.CommandText = """
            SELECT i.id, i.status, i.versions, h.version, h.from_status, h.to_status, h.cause, h.actor, h.mac, h.key_id, h.at
            FROM (SELECT refund_id AS id, status, history_version AS versions FROM refunds UNION ALL SELECT dispute_id, status, history_version FROM disputes) AS i
            LEFT JOIN return_history h ON h.item_id = i.id
            UNION ALL SELECT h.item_id, NULL, 0, h.version, h.from_status, h.to_status, h.cause, h.actor, h.mac, h.key_id, h.at FROM return_history h
            WHERE NOT EXISTS (SELECT 1 FROM refunds r WHERE r.refund_id = h.item_id) AND NOT EXISTS (SELECT 1 FROM disputes d WHERE d.dispute_id = h.item_id)
            ORDER BY 1, 4
            """;
        var findings = new List<string>();
        await using var row = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        Replay? replay = null;
        while (findings.Count < MostFindings && await row.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (replay?.Item != row.GetString(0))
            {
                replay?.End(findings);
                replay = new Replay(row.GetString(0), row.IsDBNull(1) ? null : row.GetString(1), row.GetInt64(2));
            }
            if (!row.IsDBNull(3)) replay.Next(Read(row), IsUnchanged(row), findings);
        }
        replay?.End(findings);
        return findings.Count == 0 ? InvariantReport.Green : new InvariantReport(findings);
    }

    private static Line Read(DbDataReader row) => new(row.GetInt64(3), row.IsDBNull(4) ? null : row.GetString(4), row.GetString(5), row.GetString(6));

    private bool IsUnchanged(DbDataReader row)
    {
        if (!keys.TryGet(row.GetString(9), out var key)) return false;
        var line = Read(row);
        return ReturnHistory.Mac(key, row.GetString(0), line.Version, line.From, line.To, line.Cause, row.GetString(7), row.GetInt64(10)).AsSpan().SequenceEqual((byte[])row[8]);
    }

    private sealed record Line(long Version, string? From, string To, string Cause);

    private sealed class Replay(string item, string? status, long versions)
    {
        private long _version;
        private string? _status;

        public string Item => item;

        public void Next(Line line, bool isUnchanged, List<string> findings)
        {
            if (!isUnchanged) findings.Add($"line {line.Version} of {item} was changed");
            if (line.Version != _version + 1 || line.From != _status) findings.Add($"line {line.Version} of {item} does not follow line {_version}");
            else if (!IsLegal(line)) findings.Add($"line {line.Version} of {item} moves from {line.From ?? "nothing"} to {line.To} because of {line.Cause}, which no rule allows");
            (_version, _status) = (line.Version, line.To);
        }

        public void End(List<string> findings)
        {
            if (status is null) findings.Add($"the history of {item} has no item");
            else if (_status != status || _version != versions) findings.Add($"{item} is {status} at version {versions}, its history ends with {_status ?? "nothing"} at {_version}");
        }

        private bool IsLegal(Line line) => item.StartsWith(Common.RefundId.Prefix, StringComparison.Ordinal) ? IsLegalRefund(line) : IsLegalDispute(line);

        private static bool IsLegalRefund(Line line)
        {
            if (!Enum.TryParse<RefundCause>(line.Cause, out var cause) || !RefundWords.TryParse(line.To, out var to)) return false;
            if (line.From is null) return cause == RefundCause.Asked && to == RefundStatus.Requested;
            return RefundWords.TryParse(line.From, out var from) && RefundMoves.CanMove(from, cause) && RefundMoves.Move(from, cause) == to;
        }

        private static bool IsLegalDispute(Line line)
        {
            if (!DisputeWords.TryParse(line.To, out var to)) return false;
            if (line.From is null) return DisputeMoves.CanBegin(to);
            return DisputeWords.TryParse(line.From, out var from) && DisputeMoves.CanMove(from, to);
        }
    }
}
