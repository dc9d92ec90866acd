namespace PaymentPortal.Sandbox.Storage;

/// <summary>Tables of the sandbox's file. Objects are JSON documents; SQLite indexes the fields that lists filter by, so a filter needs no column.</summary>
public static class SandboxSchema
{
    public const string Create = """
        CREATE TABLE IF NOT EXISTS objects(
            seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, type TEXT NOT NULL, account TEXT NOT NULL,
            created INTEGER NOT NULL, json TEXT NOT NULL);
        CREATE INDEX IF NOT EXISTS objects_by_type ON objects(account, type, seq);
        CREATE INDEX IF NOT EXISTS objects_by_created ON objects(account, type, created, seq);
        CREATE INDEX IF NOT EXISTS objects_by_intent ON objects(account, type, json ->> '$.payment_intent', seq)
            WHERE type IN ('checkout.session', 'charge', 'refund', 'dispute');
        CREATE INDEX IF NOT EXISTS objects_by_charge ON objects(account, type, json ->> '$.charge', seq) WHERE type IN ('refund', 'dispute');
        CREATE INDEX IF NOT EXISTS objects_by_source ON objects(account, type, json ->> '$.source', seq) WHERE type = 'balance_transaction';
        CREATE INDEX IF NOT EXISTS objects_by_transfer_group ON objects(account, type, json ->> '$.transfer_group', seq)
            WHERE type IN ('charge', 'transfer');
        CREATE INDEX IF NOT EXISTS objects_by_destination ON objects(account, type, json ->> '$.destination', seq) WHERE type IN ('transfer', 'payout');
        CREATE INDEX IF NOT EXISTS objects_by_source_transaction ON objects(account, type, json ->> '$.source_transaction') WHERE type = 'transfer';
        CREATE INDEX IF NOT EXISTS objects_by_transfer ON objects(account, type, json ->> '$.transfer', seq) WHERE type = 'transfer_reversal';
        CREATE INDEX IF NOT EXISTS objects_by_payout ON objects(account, json ->> '$._.payout', seq) WHERE type = 'balance_transaction';
        CREATE INDEX IF NOT EXISTS banks_by_currency ON objects(account, type, json ->> '$.currency', seq) WHERE type = 'bank_account';
        CREATE INDEX IF NOT EXISTS events_by_type ON objects(account, type, json ->> '$.type', seq) WHERE type IN ('event', 'balance_transaction');

        CREATE TABLE IF NOT EXISTS balances(
            account TEXT NOT NULL, currency TEXT NOT NULL, pending INTEGER NOT NULL, available INTEGER NOT NULL,
            PRIMARY KEY (account, currency)) WITHOUT ROWID;

        CREATE TABLE IF NOT EXISTS idempotency(
            account TEXT NOT NULL, key TEXT NOT NULL, path TEXT NOT NULL, parameters BLOB NOT NULL, request TEXT NOT NULL,
            created INTEGER NOT NULL, status INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (account, key)) WITHOUT ROWID;
        CREATE INDEX IF NOT EXISTS idempotency_by_age ON idempotency(created);

        CREATE TABLE IF NOT EXISTS timers(seq INTEGER PRIMARY KEY AUTOINCREMENT, due INTEGER NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL);
        CREATE INDEX IF NOT EXISTS timers_by_due ON timers(due, seq);
        CREATE INDEX IF NOT EXISTS timers_by_id ON timers(id, kind);

        CREATE TABLE IF NOT EXISTS deliveries(
            seq INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL, endpoint TEXT NOT NULL, state TEXT NOT NULL,
            attempts INTEGER NOT NULL DEFAULT 0, due INTEGER NOT NULL, created INTEGER NOT NULL, last_answer TEXT);
        CREATE INDEX IF NOT EXISTS deliveries_due ON deliveries(due, seq) WHERE state = 'pending';
        CREATE INDEX IF NOT EXISTS deliveries_by_event ON deliveries(event);

        CREATE TABLE IF NOT EXISTS files(id TEXT PRIMARY KEY, content TEXT NOT NULL) WITHOUT ROWID;

        CREATE TABLE IF NOT EXISTS late_rows(
            family TEXT NOT NULL, account TEXT NOT NULL, id TEXT NOT NULL, due INTEGER NOT NULL, PRIMARY KEY (family, account, id)) WITHOUT ROWID;

        CREATE TABLE IF NOT EXISTS settings(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
        """;
}
