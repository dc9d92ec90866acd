using PaymentPortal.Sandbox.Storage;

namespace PaymentPortal.Sandbox.Events;

/// <summary>One event on its way to one endpoint.</summary>
public sealed record Delivery(long Seq, string EventId, string EndpointId, int Attempts, long CreatedSeconds);

/// <summary>
/// Deliveries as rows, so that a restart goes on where it was. States: pending, delivered, and failed for those that will never arrive.
/// </summary>
public static class Deliveries
{
    public static void Add(SandboxUnit unit, string eventId, string endpointId) => unit.Db.Execute(
        "INSERT INTO deliveries(event, endpoint, state, due, created) VALUES(@0, @1, 'pending', @2, @3)",
        eventId, endpointId, (unit.Now + unit.WebhookDelay).ToUnixTimeMilliseconds(), unit.Seconds);

    public static List<Delivery> Due(SandboxDb db, DateTimeOffset now, int most) => db.Query(
        "SELECT seq, event, endpoint, attempts, created FROM deliveries WHERE state = 'pending' AND due <= @0 ORDER BY due, seq LIMIT @1",
        row => new Delivery(row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetInt32(3), row.GetInt64(4)),
        now.ToUnixTimeMilliseconds(), most);

    public static void Close(SandboxDb db, Delivery delivery, string state, string answer) => db.Execute(
        "UPDATE deliveries SET state = @1, attempts = attempts + 1, last_answer = @2 WHERE seq = @0", delivery.Seq, state, answer);

    public static void Repeat(SandboxDb db, Delivery delivery, DateTimeOffset due, string answer) => db.Execute(
        "UPDATE deliveries SET attempts = attempts + 1, due = @1, last_answer = @2 WHERE seq = @0",
        delivery.Seq, due.ToUnixTimeMilliseconds(), answer);

    /// <summary>A disabled or deleted endpoint gets nothing more, not even what was under way.</summary>
    public static void Abandon(SandboxDb db, string endpointId) =>
        db.Execute("UPDATE deliveries SET state = 'failed', last_answer = 'endpoint off' WHERE endpoint = @0 AND state = 'pending'", endpointId);

    public static long Pending(SandboxDb db, string eventId) =>
        db.Whole("SELECT count(*) FROM deliveries WHERE event = @0 AND state = 'pending'", eventId)!.Value;
}
