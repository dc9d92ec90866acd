using System.Data.Common;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Cli.Bench;

/// <summary>
/// The yardstick: the rows of the engine's own pay-ins, written into an empty store of the same schema by prepared statements and nothing else. No MAC,
/// no sealing, no JSON, no savepoint, no read; every row is inserted once and updated or removed as often as a pay-in must move it, the rows
/// of the next steps (retry_tasks) included. It commits after as many steps as the engine's commits held on average.
/// </summary>
internal sealed class RawWriter : IDisposable
{
    /// <summary>Payments under way at once, like the engine's callers.</summary>
    private const int Wave = 512;

    private readonly Dictionary<string, LaneStatement> _statements = new(StringComparer.Ordinal);
    private readonly SqlDialect _dialect;
    private readonly DbConnection _connection;
    private readonly RawRows _rows;
    private readonly int _stepsPerCommit;
    private DbTransaction? _transaction;
    private int _steps;

    public RawWriter(SqlDialect dialect, RawRows rows, int stepsPerCommit)
    {
        (_dialect, _rows, _stepsPerCommit) = (dialect, rows, Math.Max(1, stepsPerCommit));
        _connection = dialect.OpenWriter();
    }

    public LoadFigures Run(int payments)
    {
        var processor = Environment.CpuUsage.TotalTime;
        var start = TimeProvider.System.GetTimestamp();
        var (steps, commits) = (0L, 0L);
        var checkouts = _rows.Checkouts.Take(payments).ToList();
        foreach (var wave in checkouts.Chunk(Wave))
        {
            foreach (var step in new Action<string>[] { Create, Press, StoreSession, Receive, Book, Publish })
            {
                foreach (var checkout in wave)
                {
                    _transaction ??= _dialect.Begin(_connection);
                    step(checkout);
                    steps++;
                    if (++_steps >= _stepsPerCommit) commits += Commit();
                }
            }
        }
        commits += Commit();
        return new LoadFigures(checkouts.Count, TimeProvider.System.GetElapsedTime(start), Environment.CpuUsage.TotalTime - processor, [], steps, commits);
    }

    public void Dispose()
    {
        foreach (var statement in _statements.Values) statement.Dispose();
        _connection.Dispose();
    }

    private void Create(string checkout)
    {
        Insert("idempotency_keys", checkout);
        Insert("payment_events", checkout);
        Insert("payment_orders", checkout);
        Move(checkout, 0);
        Insert("audit_log", checkout);
        AddTask("checkout.end", checkout);
    }

    private void Press(string checkout)
    {
        Insert("attempts", checkout);
        Run("UPDATE payment_events SET nonce = $2, ends_at = $3, updated_at = $3, status = 'EXECUTING', history_version = 2 WHERE checkout_id = $1", checkout, Attempt(checkout), 1_790_000_000_000_000);
        Run("UPDATE payment_orders SET payment_order_status = 'EXECUTING', updated_at = $2 WHERE checkout_id = $1", checkout, 1_790_000_000_000_000);
        Move(checkout, 1);
        Run("UPDATE retry_tasks SET due_at = $3 WHERE kind = $1 AND subject_id = $2", "checkout.end", checkout, 1_790_000_000_000_000);
        AddTask("attempt", Attempt(checkout));
        Insert("psp_calls", checkout);
    }

    private void StoreSession(string checkout)
    {
        Run("UPDATE psp_calls SET is_open = 0, effect_proved = 'Exists', verdict = 'Succeeded', http_status = 200 WHERE item = $1", Attempt(checkout));
        Write("psp_exchanges", _rows.Of("psp_exchanges", checkout)[0]);
        Run("UPDATE attempts SET psp_token = $2, psp_url = $3 WHERE attempt_id = $1", Attempt(checkout), Session(checkout), "https://psp.example/pay/" + Session(checkout));
        Run("UPDATE payment_events SET psp_token = $2, updated_at = $3 WHERE checkout_id = $1", checkout, Session(checkout), 1_790_000_000_000_000);
        Run("UPDATE retry_tasks SET due_at = $3, lease_until = 0 WHERE kind = $1 AND subject_id = $2", "attempt", Attempt(checkout), 1_790_000_000_000_000);
    }

    private void Receive(string checkout)
    {
        foreach (var received in _rows.Of("psp_inbox", checkout))
        {
            Write("psp_inbox", received);
            AddTask("psp.event", (string)received[0]!);
        }
        Insert("psp_bodies", checkout);
    }

    private void Book(string checkout)
    {
        foreach (var exchange in _rows.Of("psp_exchanges", checkout).Skip(1)) Write("psp_exchanges", exchange);
        Insert("attempt_charges", checkout);
        Insert("booked_sessions", checkout);
        Insert("journal_entries", checkout);
        Insert("postings", checkout);
        var order = _rows.Of("payment_orders", checkout)[0];
        Run("INSERT INTO wallet_balances (seller_account, currency, payable, held) VALUES ($1, 'USD', $2, 0) ON CONFLICT (seller_account, currency) DO UPDATE SET payable = wallet_balances.payable + excluded.payable", order[4], order[5]);
        Run("UPDATE attempts SET state = 'Paid', psp_url = NULL, ended_at = $2, seen_at = $2, completed_at = $2 WHERE attempt_id = $1", Attempt(checkout), 1_790_000_000_000_000);
        Run("UPDATE payment_events SET status = 'SUCCESS', is_payment_done = 1, history_version = 3, row_version = 1, updated_at = $2 WHERE checkout_id = $1", checkout, 1_790_000_000_000_000);
        Run("UPDATE payment_orders SET payment_order_status = 'SUCCESS', ledger_updated = 1, wallet_updated = 1, updated_at = $2 WHERE checkout_id = $1", checkout, 1_790_000_000_000_000);
        Move(checkout, 2);
        RemoveTask("attempt", Attempt(checkout));
        RemoveTask("checkout.end", checkout);
        foreach (var received in _rows.Of("psp_inbox", checkout))
        {
            Run("UPDATE psp_inbox SET state = 'Applied', applied_at = $2 WHERE event_id = $1", received[0], 1_790_000_000_000_000);
            RemoveTask("psp.event", (string)received[0]!);
        }
    }

    private void Publish(string checkout)
    {
        foreach (var fact in _rows.Of("outbox", checkout)) Run("UPDATE outbox SET position = $2, published_at = $3 WHERE seq = $1", fact[0], fact[0], 1_790_000_000_000_000);
    }

    private void Move(string checkout, int number)
    {
        Write("payment_history", _rows.Of("payment_history", checkout)[number]);
        Write("outbox", _rows.Of("outbox", checkout)[number]);
    }

    private void Insert(string table, string checkout)
    {
        foreach (var row in _rows.Of(table, checkout)) Write(table, row);
    }

    private void Write(string table, object?[] row) => Run(_rows.Insert(table), row);

    private void AddTask(string kind, string subject) => Run(
        "INSERT INTO retry_tasks (task_id, kind, subject_id, state, due_at, tries, lease_until, fence, created_at) VALUES ($1, $2, $3, 'Due', $4, 0, 0, 0, $4)",
        "tsk_" + subject[^22..], kind, subject, 1_790_000_000_000_000);

    private void RemoveTask(string kind, string subject) => Run("DELETE FROM retry_tasks WHERE kind = $1 AND subject_id = $2", kind, subject);

    private string Attempt(string checkout) => (string)_rows.Of("attempts", checkout)[0][0]!;

    private string Session(string checkout) => (string)_rows.Of("booked_sessions", checkout)[0][0]!;

    private int Commit()
    {
        if (_transaction is null) return 0;
        Run("INSERT INTO chain_heads (chain_id, count, head) VALUES ('main', $1, $2) ON CONFLICT (chain_id) DO UPDATE SET count = excluded.count, head = excluded.head", _steps, new byte[32]);
        Run("INSERT INTO chain_heads (chain_id, count, head) VALUES ('audit', $1, $2) ON CONFLICT (chain_id) DO UPDATE SET count = excluded.count, head = excluded.head", _steps, new byte[32]);
        _transaction.Commit();
        _transaction.Dispose();
        (_transaction, _steps) = (null, 0);
        return 1;
    }

    private void Run(string sql, params ReadOnlySpan<object?> values)
    {
        if (!_statements.TryGetValue(sql, out var statement)) _statements[sql] = statement = _dialect.Prepare(_connection, sql, values.Length);
        statement.Execute(values);
    }
}
