using PaymentPortal.Sandbox.Storage;

namespace PaymentPortal.Sandbox.Schedule;

/// <summary>What a timer of one kind does when it is due, on the side of the account that its object belongs to. It must bear being late, and finding its object already changed.</summary>
public delegate void DueHandler(SandboxUnit unit, string id);

/// <summary>
/// Work that the sandbox owes at a later moment: rows in the file, so a restart keeps them. It is run before each request is answered, so
/// that nobody sees a session open past its end however late the worker is.
/// </summary>
public sealed class DueWork(
    SandboxStore store, SandboxUnits units, TimeProvider clock, IReadOnlyDictionary<string, DueHandler> handlers, ILogger<DueWork> logger)
{
    private const int Batch = 200;

    private readonly SemaphoreSlim _one = new(1);

    public static void Plan(SandboxUnit unit, DateTimeOffset due, string kind, string id) =>
        unit.Db.Execute("INSERT INTO timers(due, kind, id) VALUES(@0, @1, @2)", due.ToUnixTimeMilliseconds(), kind, id);

    /// <summary>Whether the same account has another timer of this kind that is due.</summary>
    public static bool IsAnotherDue(SandboxUnit unit, string kind) => unit.Db.Scalar(
        "SELECT 1 FROM timers JOIN objects ON objects.id = timers.id WHERE due <= @0 AND kind = @1 AND account = @2 LIMIT 1",
        unit.Milliseconds, kind, unit.Account) is not null;

    public async Task RunAsync()
    {
        if (!IsAnythingDue())
        {
            return;
        }

        await _one.WaitAsync();
        try
        {
            while (Due() is { Count: > 0 } timers)
            {
                await Task.WhenAll(timers.Select(RunOneAsync));
            }
        }
        finally
        {
            _one.Release();
        }
    }

    private bool IsAnythingDue() =>
        store.Read(db => db.Scalar("SELECT 1 FROM timers WHERE due <= @0 LIMIT 1", clock.GetUtcNow().ToUnixTimeMilliseconds())) is not null;

    private List<Timer> Due() => store.Read(db => db.Query(
        "SELECT seq, kind, id FROM timers WHERE due <= @0 ORDER BY due, seq LIMIT @1",
        row => new Timer(row.GetInt64(0), row.GetString(1), row.GetString(2)),
        clock.GetUtcNow().ToUnixTimeMilliseconds(), Batch));

    private async Task RunOneAsync(Timer timer)
    {
        try
        {
            await store.WriteAsync(db =>
            {
                Forget(db, timer);
                var owner = db.Text("SELECT account FROM objects WHERE id = @0", timer.Id) ?? "";
                handlers[timer.Kind](units.Of(db) with { Account = owner }, timer.Id);
                return true;
            });
        }
        catch (Exception error) when (error is not OperationCanceledException and not Microsoft.Data.Sqlite.SqliteException)
        {
            // A timer that fails would fail for ever and hold up all that come after it.
            Log.TimerFailed(logger, timer.Kind, timer.Id, error);
            await store.WriteAsync(db => Forget(db, timer));
        }
    }

    private static int Forget(SandboxDb db, Timer timer) => db.Execute("DELETE FROM timers WHERE seq = @0", timer.Seq);

    private sealed record Timer(long Seq, string Kind, string Id);
}
