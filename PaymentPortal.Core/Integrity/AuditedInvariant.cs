using System.Data.Common;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Integrity;

/// <summary>
/// What people set stands in a table without a MAC, and in words in the chained audit log: both must say the same, and neither may know more. The words are
/// those of the line's <c>after</c>; whoever changes how they are made breaks this rule for everything set before.
/// </summary>
/// <param name="action">The audit action that sets it; its object is what was set.</param>
/// <param name="isLastOnly">Only the last line about an object counts: the rows are what is in force.</param>
internal sealed class AuditedInvariant(string code, string rule, string action, string rows, Func<DbDataReader, (string Object, string Words)> read, bool isLastOnly = false) : IInvariant
{
    private const string All = "SELECT object_id, COALESCE(after, '') FROM audit_log a WHERE action = $1";
    private const string Last = All + " AND seq = (SELECT MAX(b.seq) FROM audit_log b WHERE b.action = $1 AND b.object_id = a.object_id)";

    public string Code => code;

    public string Rule => rule;

    public async Task<InvariantReport> CheckAsync(DbConnection snapshot, CancellationToken cancellationToken)
    {
        var told = await snapshot.ReadAsync(isLastOnly ? Last : All, [action], row => (Object: row.GetString(0), Words: row.GetString(1)), cancellationToken).ConfigureAwait(false);
        var stored = await snapshot.ReadAsync(rows, [], read, cancellationToken).ConfigureAwait(false);
        string[] findings =
        [
            .. stored.Except(told).Select(one => $"{one.Object} is stored as “{one.Words}”, which the audit log does not tell of"),
            .. told.Except(stored).Select(one => $"{one.Object} was set to “{one.Words}” by the audit log, and is not stored so"),
        ];
        return findings.Length == 0 ? InvariantReport.Green : new InvariantReport([.. findings.Take(Snapshot.MostFindings)]);
    }
}
