using PaymentPortal.Sandbox.Storage;

namespace PaymentPortal.Sandbox.Control;

/// <summary>What the PSP made of one currency; all in minor units, all positive but the balance.</summary>
public sealed record CurrencyBook
{
    /// <summary>Captured money of all charges.</summary>
    public long Gross { get; init; }

    public long Refunds { get; init; }

    public long Disputes { get; init; }

    /// <summary>The PSP's own earnings: of charges, of disputes, and those that belong to neither.</summary>
    public long Fees { get; init; }

    public long Transfers { get; init; }

    public long Payouts { get; init; }

    /// <summary>The net of all balance transactions, added up anew.</summary>
    public long Balance { get; init; }

    public long Available { get; init; }

    public long Pending { get; init; }
}

/// <summary>What one connected account has of one currency.</summary>
public sealed record AccountBook
{
    /// <summary>Transferred to it, less what was taken back.</summary>
    public long Received { get; init; }

    public long Payouts { get; init; }

    public long Available { get; init; }

    public long Pending { get; init; }
}

/// <summary>The sandbox's own truth, for tests that hold the portal's books against it. It is added up from the stored objects at each call.</summary>
public sealed record SandboxBooks
{
    public required IReadOnlyDictionary<string, CurrencyBook> Currencies { get; init; }

    /// <summary>Per session that was tried: how often it was charged. More than 1 would be a bug of the sandbox.</summary>
    public required IReadOnlyDictionary<string, long> Sessions { get; init; }

    /// <summary>Per session: how many tries were declined.</summary>
    public required IReadOnlyDictionary<string, long> FailedTries { get; init; }

    /// <summary>Per connected account and currency.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyDictionary<string, AccountBook>> Accounts { get; init; }

    public static SandboxBooks Of(SandboxDb db)
    {
        var gross = Sums(db, """
            SELECT json ->> '$.currency', SUM(json ->> '$.amount_captured') FROM objects
            WHERE account = '' AND type = 'charge' AND json ->> '$.status' = 'succeeded' GROUP BY 1
            """);
        var balances = Sums(db, Nets(""));
        var available = Sums(db, Nets("AND json ->> '$.status' = 'available'"));
        var fees = Sums(db, "SELECT json ->> '$.currency', SUM(json ->> '$.fee') FROM objects WHERE account = '' AND type = 'balance_transaction' GROUP BY 1");
        var ownFees = Moved(db, "fee", "fee");
        var (refunds, disputes) = (Moved(db, "refund", "refund_failure"), Moved(db, "dispute", "dispute_reversal"));
        var (transfers, payouts) = (Moved(db, "transfer", "transfer_reversal"), Moved(db, "payout", "payout_reversal"));
        return new SandboxBooks
        {
            Currencies = gross.Keys.Union(balances.Keys).Order().ToDictionary(currency => currency, currency => new CurrencyBook
            {
                Gross = gross.GetValueOrDefault(currency),
                Refunds = refunds.GetValueOrDefault(currency),
                Disputes = disputes.GetValueOrDefault(currency),
                Fees = fees.GetValueOrDefault(currency) + ownFees.GetValueOrDefault(currency),
                Transfers = transfers.GetValueOrDefault(currency),
                Payouts = payouts.GetValueOrDefault(currency),
                Balance = balances.GetValueOrDefault(currency),
                Available = available.GetValueOrDefault(currency),
                Pending = balances.GetValueOrDefault(currency) - available.GetValueOrDefault(currency),
            }),
            Sessions = Tries(db, "succeeded"),
            FailedTries = Tries(db, "failed"),
            Accounts = AccountBooks(db),
        };
    }

    private static Dictionary<string, IReadOnlyDictionary<string, AccountBook>> AccountBooks(SandboxDb db) => db.Query(
            """
            SELECT account, json ->> '$.currency',
                coalesce(sum(json ->> '$.amount') FILTER (WHERE json ->> '$.type' IN ('payment', 'payment_refund')), 0),
                coalesce(-sum(json ->> '$.amount') FILTER (WHERE json ->> '$.reporting_category' IN ('payout', 'payout_reversal')), 0),
                coalesce(sum(json ->> '$.net') FILTER (WHERE json ->> '$.status' = 'available'), 0),
                coalesce(sum(json ->> '$.net') FILTER (WHERE json ->> '$.status' = 'pending'), 0)
            FROM objects WHERE account <> '' AND type = 'balance_transaction' GROUP BY 1, 2
            """,
            row => (Account: row.GetString(0), Currency: row.GetString(1), Book: new AccountBook
            {
                Received = row.GetInt64(2), Payouts = row.GetInt64(3), Available = row.GetInt64(4), Pending = row.GetInt64(5),
            }))
        .GroupBy(row => row.Account)
        .ToDictionary(group => group.Key, group => (IReadOnlyDictionary<string, AccountBook>)group.ToDictionary(row => row.Currency, row => row.Book));

    private static string Nets(string condition) =>
        $"SELECT json ->> '$.currency', SUM(json ->> '$.net') FROM objects WHERE account = '' AND type = 'balance_transaction' {condition} GROUP BY 1";

    /// <summary>Money that left by one category, less what came back by the other.</summary>
    private static Dictionary<string, long> Moved(SandboxDb db, string outwards, string back) => Sums(
        db,
        """
        SELECT json ->> '$.currency', -SUM(json ->> '$.amount') FROM objects
        WHERE account = '' AND type = 'balance_transaction' AND json ->> '$.reporting_category' IN (@0, @1) GROUP BY 1
        """,
        outwards, back);

    private static Dictionary<string, long> Tries(SandboxDb db, string status) => Sums(
        db,
        """
        SELECT s.id, COALESCE(c.tries, 0) FROM (SELECT id, json ->> '$.payment_intent' AS intent FROM objects WHERE account = '' AND type = 'checkout.session') s
        LEFT JOIN (SELECT json ->> '$.payment_intent' AS intent, COUNT(*) AS tries FROM objects WHERE account = '' AND type = 'charge' AND json ->> '$.status' = @0 GROUP BY 1) c
            ON c.intent = s.intent
        WHERE s.intent IS NOT NULL
        """,
        status);

    private static Dictionary<string, long> Sums(SandboxDb db, string sql, params object?[] values) =>
        db.Query(sql, row => (Key: row.GetString(0), Sum: row.GetInt64(1)), values).ToDictionary(row => row.Key, row => row.Sum);
}
