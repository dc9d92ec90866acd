using System.Data.Common;
using System.Text;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Storage;
using PaymentPortal.Core.Wallets;

namespace PaymentPortal.Core.Payouts;

/// <summary>All that a seller can be paid in one currency now, as the PSP takes it; or why a batch leaves him out.</summary>
public sealed record BatchLine(SellerAccount Seller, Money Amount, string? BankLast4, string? WhyNot)
{
    public string Key => $"{Seller}:{Amount.Currency}";
}

/// <summary>A line that would be paid, and the rule by which it would wait for a second person, if one fires.</summary>
public sealed record BatchPay(BatchLine Line, ApprovalRule? Rule);

/// <summary>How many are left out for one reason.</summary>
public sealed record BatchSkip(string WhyNot, int Count);

/// <summary>What a batch would do. Nothing is stored, and amounts of several currencies are never added.</summary>
/// <param name="IsCut">More could be paid than one batch takes: the rest is for the next.</param>
public sealed record BatchPlan(IReadOnlyList<BatchPay> Pays, IReadOnlyList<BatchSkip> Skipped, bool IsCut);

/// <summary>What became of a line: its payout, or why there is none.</summary>
/// <param name="WasBefore">The batch had asked for it when it was sent before; nothing was done now.</param>
public sealed record BatchEnd(BatchLine Line, PayoutView? Payout, string? WhyNot, bool WasBefore = false);

/// <summary>
/// Pays many sellers by one act. Each payout is asked for in a unit of its own, as one alone is; its key holds the batch's, so that under one key a
/// seller is paid once in each currency, however often, and after whatever crash, the batch is sent again.
/// </summary>
public sealed class PayoutBatches(WriteLane lane, SqlDialect dialect, PayoutService payouts, Approvals approvals, TimeProvider time)
{
    /// <summary>How many one batch pays.</summary>
    public const int Most = 10_000;

    private const string Caller = "payout-batch";
    private const int SellersAtOnce = 500;

    /// <summary>How many units wait for their commit together: they share it.</summary>
    private const int AtOnce = 64;

    private const string Waits = "A payout of his waits to be sent already";

    /// <summary>Of a payout that has not been sent yet.</summary>
    private const string IsUnsent = "status IN ('REQUESTED', 'APPROVED')";

    private const string Sellers = $"""
        SELECT s.seller_account, w.currency, w.payable - {WalletService.UnavailableSql}, s.psp_account, s.is_payouts_enabled, s.bank_currency, s.bank_last4,
               EXISTS (SELECT 1 FROM payouts p WHERE p.seller_account = s.seller_account AND p.currency = w.currency AND p.{IsUnsent})
        FROM (SELECT * FROM seller_accounts WHERE seller_account > $2 ORDER BY seller_account LIMIT $3) AS s
        LEFT JOIN wallet_balances w ON w.seller_account = s.seller_account
        ORDER BY s.seller_account, w.currency
        """;

    /// <summary>Sellers by name, a line for each currency that they ever had money in; the cursor is the last seller's.</summary>
    public async Task<Page<BatchLine>> ListAsync(string? after, int sellers, CancellationToken cancellationToken)
    {
        await using var connection = dialect.OpenReader();
        var rows = await connection.ReadAsync(Sellers, [time.GetUtcNow(), after ?? "", sellers + 1], row => (Seller: row.GetString(0), Line: LineOf(row)), cancellationToken).ConfigureAwait(false);
        var seen = rows.Select(row => row.Seller).Distinct(StringComparer.Ordinal).ToList();
        var last = seen.Count > sellers ? seen[sellers - 1] : null;
        return new Page<BatchLine>([.. rows.Where(row => last is null || row.Seller != seen[^1]).Select(row => row.Line).OfType<BatchLine>()], last);
    }

    /// <summary>What paying would do now. <paramref name="chosen"/> are the keys of lines; null means all.</summary>
    public async Task<BatchPlan> PlanAsync(IReadOnlySet<string>? chosen, Actor actor, CancellationToken cancellationToken)
    {
        var (pays, skipped, after) = (new List<BatchLine>(), new Dictionary<string, int>(StringComparer.Ordinal), (string?)"");
        while (after is not null && pays.Count <= Most)
        {
            var page = await ListAsync(after, SellersAtOnce, cancellationToken).ConfigureAwait(false);
            foreach (var line in page.Items.Where(line => chosen is null || chosen.Contains(line.Key)))
            {
                if (line.WhyNot is { } why) skipped[why] = skipped.GetValueOrDefault(why) + 1;
                else pays.Add(line);
            }
            after = page.Next;
        }
        var taken = pays.Take(Most).ToList();
        var rules = await lane.RunAsync(unit => approvals.Foresee(unit, actor, [.. taken.Select(line => line.Amount)]), cancellationToken).ConfigureAwait(false);
        return new BatchPlan([.. taken.Zip(rules, (line, rule) => new BatchPay(line, rule))], [.. skipped.OrderByDescending(one => one.Value).Select(one => new BatchSkip(one.Key, one.Value))], pays.Count > Most);
    }

    /// <summary>Asks for each payout. One that is refused holds up no other; a stop leaves the rest unasked, to be sent again under the same key.</summary>
    /// <param name="told">Hears how many are decided so far.</param>
    public async Task<Result<IReadOnlyList<BatchEnd>>> PayAsync(string key, IReadOnlyList<BatchLine> lines, string reason, Actor actor, Action<int> told, CancellationToken stopping)
    {
        if (string.IsNullOrWhiteSpace(reason) || reason.Length > PayoutRules.MaxReason) return new Refusal(RefusalCodes.Missing, 422, $"Say why, in at most {PayoutRules.MaxReason} characters. Nothing was stored and no money moved.", "reason");
        if (!Guid.TryParse(key, out _)) return new Refusal(RefusalCodes.Invalid, 422, "The key of the batch is none of ours: open the page anew. Nothing was stored and no money moved.", "key");
        var ends = new List<BatchEnd>();
        foreach (var some in lines.Chunk(AtOnce))
        {
            if (stopping.IsCancellationRequested) break;
            ends.AddRange(await Task.WhenAll(some.Select(line => PayAsync(key, line, reason, actor))).ConfigureAwait(false));
            told(ends.Count);
        }
        return ends;
    }

    private async Task<BatchEnd> PayAsync(string key, BatchLine line, string reason, Actor actor)
    {
        var made = await lane.RunAsync(unit => PayOne(unit, key, line, reason, actor), CancellationToken.None).ConfigureAwait(false);
        return made.IsRefused ? new BatchEnd(line, null, made.Refusal!.Text) : made.Value;
    }

    private Result<BatchEnd> PayOne(UnitOfWork unit, string key, BatchLine line, string reason, Actor actor)
    {
        // Without the amount: what he can withdraw may be more when the batch is sent again, and he is still paid once.
        var call = IdempotentCall.Of(Caller, $"{key}:{line.Key}", Caller, Encoding.UTF8.GetBytes(actor.Value));
        if (Idempotency.Find(unit, call) is { } before) return before.Map(answer => new BatchEnd(line, PayoutQueries.View(unit, new PayoutId(answer.Body)), null, WasBefore: true));
        if (unit.Scalar($"SELECT COUNT(*) FROM payouts WHERE seller_account = $1 AND currency = $2 AND {IsUnsent}", line.Seller.Value, line.Amount.Currency.Code) > 0)
            return new Refusal(RefusalCodes.StateConflict, 409, Waits + ". Nothing was stored.");
        var made = payouts.Request(unit, new NewPayout(line.Seller, line.Amount, reason.Trim()), actor);
        if (made.IsRefused) return made.Refusal!;
        Idempotency.Store(unit, call, 201, made.Value.Id.Value);
        return new BatchEnd(line, made.Value, null);
    }

    /// <summary>Null for a seller who never had money.</summary>
    private static BatchLine? LineOf(DbDataReader row)
    {
        if (row.TextOrNull(1) is not { } code) return null;
        var amount = PayoutRules.Payable(new Money(Math.Max(0, row.GetInt64(2)), Currency.Of(code)));
        return new BatchLine(SellerAccount.Of(row.GetString(0)), amount, row.TextOrNull(6), WhyNot(amount, row.TextOrNull(3), row.GetBoolean(4), row.TextOrNull(5), row.GetBoolean(7)));
    }

    /// <summary>Words for a list; the payout's own unit decides.</summary>
    private static string? WhyNot(Money amount, string? account, bool isEnabled, string? bankCurrency, bool waits)
    {
        if (amount.IsZero) return "Nothing to withdraw";
        if (account is null) return "No bank account at the PSP yet";
        if (!isEnabled) return "The PSP does not pay out to him at present";
        if (bankCurrency is not null && bankCurrency != amount.Currency.Code) return "His bank account takes another currency";
        return waits ? Waits : null;
    }
}
