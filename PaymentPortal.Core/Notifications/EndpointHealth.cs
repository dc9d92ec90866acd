using Microsoft.Extensions.Logging;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Notifications;

/// <summary>
/// Notes how an endpoint fares, in the unit of the try: a warning after three days without a success, disabled after seven, and never without a warning
/// that staff had two days to see.
/// </summary>
public sealed class EndpointHealth(AuditLog audit, ILogger<EndpointHealth> log)
{
    public static readonly TimeSpan WarnAfter = TimeSpan.FromDays(3);
    public static readonly TimeSpan DisableAfter = TimeSpan.FromDays(7);

    private static readonly TimeSpan NoticeBeforeDisabling = TimeSpan.FromDays(2);
    private static readonly Actor Program = Actor.Program("webhooks");

    public void Succeeded(UnitOfWork unit, string endpoint) => unit.Execute(
        "UPDATE webhook_endpoints SET failing_since = NULL, warned_at = NULL, last_success_at = $2 WHERE endpoint_id = $1", endpoint, unit.Now);

    public void Failed(UnitOfWork unit, string endpoint)
    {
        var (since, warned) = unit.QueryFirst(
            "UPDATE webhook_endpoints SET failing_since = COALESCE(failing_since, $2) WHERE endpoint_id = $1 AND state = 'Enabled' RETURNING failing_since, warned_at",
            row => (Instants.FromMicroseconds(row.GetInt64(0)), row.IsDBNull(1) ? (DateTimeOffset?)null : Instants.FromMicroseconds(row.GetInt64(1))), endpoint, unit.Now);
        if (since == default) return;
        if (warned is null && unit.Now - since >= WarnAfter)
        {
            unit.Execute("UPDATE webhook_endpoints SET warned_at = $2 WHERE endpoint_id = $1", endpoint, unit.Now);
            unit.AfterCommit(() => Log.EndpointWarned(log, endpoint));
        }
        if (warned is { } at && unit.Now - since >= DisableAfter && unit.Now - at >= NoticeBeforeDisabling) Disable(unit, endpoint, since);
    }

    private void Disable(UnitOfWork unit, string endpoint, DateTimeOffset since)
    {
        var reason = $"Nothing was taken since {since.UtcDateTime:yyyy-MM-dd HH:mm} UTC.";
        unit.Execute("UPDATE webhook_endpoints SET state = 'Disabled', state_reason = $2 WHERE endpoint_id = $1", endpoint, reason);
        audit.Write(unit, new AuditEntry(Program, "webhook-endpoint.disable", endpoint) { Reason = reason });
        unit.AfterCommit(() => Log.EndpointDisabled(log, endpoint));
    }
}
