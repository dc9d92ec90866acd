using System.Data.Common;
using PaymentPortal.Core.Integrity;

namespace PaymentPortal.Core.Payments;

/// <summary>Replays every payment's history: legal moves only, without a gap, each line unchanged since it was written, and ending where the payment stands.</summary>
public sealed class HistoryInvariant(KeyRing keys) : IInvariant
{
    private const int MostFindings = 100;

    public string Code => "payments-04";

    public string Rule => "A payment's status is the end of its history, which has only legal moves, no gap and no changed line.";

    public async Task<InvariantReport> CheckAsync(DbConnection snapshot, CancellationToken cancellationToken)
    {
        await using var command = snapshot.CreateCommand();
        command.CommandText = """
            SELECT p.checkout_id, p.status, p.history_version, h.version, h.from_status, h.to_status, h.cause, h.actor, h.mac, h.key_id, h.at
            FROM payment_events p LEFT JOIN payment_history h ON h.checkout_id = p.checkout_id
            UNION ALL SELECT h.checkout_id, NULL, 0, h.version, h.from_status, h.to_status, h.cause, h.actor, h.mac, h.key_id, h.at
            FROM payment_history h WHERE NOT EXISTS (SELECT 1 FROM payment_events p WHERE p.checkout_id = h.checkout_id)
            ORDER BY 1, 4
            """;
        var findings = new List<string>();
        await using var row = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        Replay? replay = null;
        while (findings.Count < MostFindings && await row.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (replay?.Checkout != row.GetString(0))
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
        return PaymentHistory.Mac(key, row.GetString(0), line.Version, line.From, line.To, line.Cause, row.GetString(7), row.GetInt64(10)).AsSpan().SequenceEqual((byte[])row[8]);
    }

    private sealed record Line(long Version, string? From, string To, string Cause);

    private sealed class Replay(string checkout, string? status, long versions)
    {
        private long _version;
        private string? _status;

        public string Checkout => checkout;

        public void Next(Line line, bool isUnchanged, List<string> findings)
        {
            _version++;
            if (!isUnchanged) findings.Add($"line {line.Version} of {checkout} was changed after it was written");
            if (line.Version != _version) findings.Add($"the history of {checkout} has {line.Version} in the place of {_version}");
            if (line.From != _status) findings.Add($"line {line.Version} of {checkout} starts from {line.From ?? "nothing"}, but the one before ended at {_status ?? "nothing"}");
            if (!IsLegal(line)) findings.Add($"line {line.Version} of {checkout} moves from {line.From ?? "nothing"} to {line.To} because of {line.Cause}, which no rule allows");
            (_version, _status) = (line.Version, line.To);
        }

        public void End(List<string> findings)
        {
            if (status is null) findings.Add($"the history of {checkout} has no payment");
            else if (_status != status || _version != versions) findings.Add($"{checkout} is {status} at version {versions}, its history ends with {_status ?? "nothing"} at {_version}");
        }

        private static bool IsLegal(Line line)
        {
            if (!Enum.TryParse<MoveCause>(line.Cause, out var cause) || !StatusWords.TryParse(line.To, out var to)) return false;
            if (line.From is null) return cause == MoveCause.Created && to == PaymentOrderStatus.NotStarted;
            return StatusWords.TryParse(line.From, out var from) && PaymentMoves.CanMove(from, cause) && PaymentMoves.Move(from, cause) == to;
        }
    }
}
