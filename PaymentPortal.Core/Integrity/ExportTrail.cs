using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Integrity;

/// <summary>A file that somebody took.</summary>
public sealed record ExportLine(DateTimeOffset At, string Actor, string Action, string Object);

/// <summary>Who took which file lately: the newest stretch of the audit log, whose older lines no index would find quickly.</summary>
public sealed class ExportTrail(SqlDialect dialect)
{
    private const string Newest = $"""
        SELECT at, actor, action, object_id FROM audit_log
        WHERE chain_id = '{AuditLog.ChainId}' AND seq > (SELECT COALESCE(MAX(seq), 0) - 20000 FROM audit_log WHERE chain_id = '{AuditLog.ChainId}') AND action LIKE '%.export'
        ORDER BY seq DESC LIMIT $1
        """;

    public async Task<IReadOnlyList<ExportLine>> NewestAsync(int limit, CancellationToken cancellationToken)
    {
        await using var connection = dialect.OpenReader();
        return await connection.ReadAsync(Newest, [limit], row => new ExportLine(row.Moment(0), row.GetString(1), row.GetString(2), row.GetString(3)), cancellationToken).ConfigureAwait(false);
    }
}
