using System.Data.Common;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Events;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Notifications;

/// <summary>
/// Sends one delivery: signs the fact as it stands in the log, posts it, and writes the try down with the next step in one unit. A crash in between sends
/// it again under the same id.
/// </summary>
public sealed class WebhookSendStep(WriteLane lane, SqlDialect dialect, WebhookSender sender, EndpointHealth health, RetryPolicies policies, DeadLetters letters, FieldCipher cipher, TimeProvider time) : IRetryHandler
{
    /// <summary>The kind of step that sends a delivery. Subject: the delivery.</summary>
    public const string Step = "webhook.send";

    public string Kind => Step;

    public async Task<TaskEnd> RunAsync(ClaimedTask task, CancellationToken cancellationToken)
    {
        var work = await FindAsync(task.SubjectId, cancellationToken).ConfigureAwait(false) ?? throw new InvalidOperationException($"There is no webhook delivery {task.SubjectId}.");
        if (work.Endpoint != EndpointState.Enabled)
        {
            await lane.RunAsync(unit => GiveUp(unit, task, "The endpoint is disabled."), CancellationToken.None).ConfigureAwait(false);
            return new TaskEnd.Settled();
        }
        CrashPoint.Hit("webhook-out-before-send");
        var answer = await sender.SendAsync(new OutgoingWebhook(work.Url, work.Fact.EventId, EventEnvelope.Of(work.Fact).ToJson(), Secrets(work)), cancellationToken).ConfigureAwait(false);
        CrashPoint.Hit("webhook-out-after-send");
        await lane.RunAsync(unit => Record(unit, task, work, answer), CancellationToken.None).ConfigureAwait(false);
        CrashPoint.Hit("webhook-out-after-record");
        return new TaskEnd.Settled();
    }

    private int Record(UnitOfWork unit, ClaimedTask task, Work work, WebhookAnswer answer)
    {
        var number = (int)unit.Scalar("SELECT tries FROM webhook_deliveries WHERE delivery_id = $1", task.SubjectId) + 1;
        unit.Execute(
            "INSERT INTO webhook_attempts (delivery_id, number, started_at, latency_milliseconds, request_headers, http_status, answer, error) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            task.SubjectId, number, answer.StartedAt, answer.Latency.Ticks / TimeSpan.TicksPerMillisecond, answer.RequestHeaders, answer.HttpStatus, Seal(task.SubjectId, number, answer), answer.Error);
        var failure = answer.IsTaken ? null : Failure(answer);
        var state = End(unit, task, failure);
        unit.Execute(
            "UPDATE webhook_deliveries SET state = $2, tries = $3, last_status = $4, last_error = $5, delivered_at = COALESCE($6, delivered_at) WHERE delivery_id = $1",
            task.SubjectId, state, number, answer.HttpStatus, failure?.Reason, failure is null ? unit.Now : null);
        unit.Signal(WebhookDesk.Changed);
        if (failure is null) health.Succeeded(unit, work.EndpointId);
        else health.Failed(unit, work.EndpointId);
        return 0;
    }

    private DeliveryState End(UnitOfWork unit, ClaimedTask task, TaskFailure? failure)
    {
        if (failure is not null) return letters.FailOrBury(unit, task, failure, policies) ? DeliveryState.Waiting : DeliveryState.Failed;
        RetryQueue.Finish(unit, task);
        return DeliveryState.Delivered;
    }

    private static int GiveUp(UnitOfWork unit, ClaimedTask task, string reason)
    {
        unit.Execute("UPDATE webhook_deliveries SET state = 'Failed', last_error = $2 WHERE delivery_id = $1", task.SubjectId, reason);
        RetryQueue.Finish(unit, task);
        return 0;
    }

    private byte[]? Seal(string delivery, int number, WebhookAnswer answer) =>
        answer.Answer is { Length: > 0 } text ? cipher.Seal(AnswerSeal.Table, AnswerSeal.RowOf(delivery, number), AnswerSeal.Column, text).Bytes : null;

    /// <summary>A webhook only tells of money: whatever becomes of it moves none.</summary>
    private static TaskFailure Failure(WebhookAnswer answer)
    {
        var (error, code) = answer switch
        {
            { Trouble: WebhookTrouble.AddressClosed } => (ErrorClass.Unreachable, "webhook_address_closed"),
            { Trouble: WebhookTrouble.NotConnected } => (ErrorClass.Unreachable, "webhook_not_connected"),
            { HttpStatus: 429 } => (ErrorClass.RateLimited, "webhook_answer_429"),
            { HttpStatus: >= 300 and < 500 } => (ErrorClass.Rejected, $"webhook_answer_{answer.HttpStatus}"),
            { HttpStatus: { } status } => (ErrorClass.Unanswered, $"webhook_answer_{status}"),
            _ => (ErrorClass.Unanswered, "webhook_no_answer"),
        };
        var reason = answer.Error ?? (answer.HttpStatus is >= 300 and < 400 ? $"Answered {answer.HttpStatus}: redirects are not followed." : $"Answered {answer.HttpStatus}.");
        return new TaskFailure(RetryOperations.MerchantWebhook, error, "shop", code, reason, MoneyEffect.None) { RetryAfter = answer.RetryAfter };
    }

    private List<string> Secrets(Work work)
    {
        var secrets = new List<string> { cipher.Open(EndpointSeal.Table, work.EndpointId, EndpointSeal.Secret, new Sealed(work.Secret)) };
        if (work.OldSecret is { } old && work.OldSecretUntil > time.GetUtcNow()) secrets.Add(cipher.Open(EndpointSeal.Table, work.EndpointId, EndpointSeal.OldSecret, new Sealed(old)));
        return secrets;
    }

    private async Task<Work?> FindAsync(string delivery, CancellationToken cancellationToken)
    {
        await using var connection = dialect.OpenReader();
        var found = await connection.ReadAsync(
            """
            SELECT o.seq, o.event_id, o.aggregate_id, o.version, o.type, o.payload, o.created_at, o.position,
                e.endpoint_id, e.url, e.state, e.secret, e.old_secret, e.old_secret_until
            FROM webhook_deliveries d JOIN webhook_endpoints e ON e.endpoint_id = d.endpoint_id JOIN outbox o ON o.event_id = d.event_id WHERE d.delivery_id = $1
            """,
            [delivery], Read, cancellationToken).ConfigureAwait(false);
        return found.SingleOrDefault();
    }

    private static Work Read(DbDataReader row) => new(
        StoredFacts.Read(row), row.GetString(8), row.GetString(9), Enum.Parse<EndpointState>(row.GetString(10)), (byte[])row[11], row.IsDBNull(12) ? null : (byte[])row[12],
        row.MomentOrNull(13));

    private sealed record Work(
        PortalEvent Fact, string EndpointId, string Url, EndpointState Endpoint, byte[] Secret, byte[]? OldSecret, DateTimeOffset? OldSecretUntil);
}
