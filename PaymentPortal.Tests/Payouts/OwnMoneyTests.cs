using PaymentPortal.Core.Payouts;
using PaymentPortal.Core.Psp;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Payouts;

/// <summary>What is ours of 10.00 at the PSP, held against books made by hand: each thing that is somebody else's by itself.</summary>
public sealed class OwnMoneyTests
{
    private const string Wallet = "INSERT INTO wallet_balances (seller_account, currency, payable, held) VALUES ";
    private const string Line = "INSERT INTO postings (entry_id, line, account, currency, amount, seq) VALUES ";
    private const string Own = """
        INSERT INTO payouts (payout_id, amount, currency, status, bank_version, requested_by, reason, round, is_taking_back, is_cancel_asked, is_waiting_for_balance, created_at, updated_at, row_version, history_version)
        SELECT 'out_own', 250, 'USD',
        """;
    private const string Rest = ", 0, 'user:maker', 'Rent', 1, 0, 0, 0, 0, 0, 0, 1";

    public static TheoryData<string, long> Rows => new()
    {
        { "", 1000 },
        { Wallet + "('a', 'USD', 300, 0)", 700 },
        { Wallet + "('a', 'USD', -300, 0)", 1000 },
        { Wallet + "('a', 'USD', 300, 0), ('b', 'USD', -200, 0)", 700 },
        { Wallet + "('a', 'USD', 0, 200)", 800 },
        { Wallet + "('a', 'USD', -300, 200)", 800 },
        { Wallet + "('a', 'EUR', 300, 200)", 1000 },
        { Wallet + "('a', 'USD', 5000, 0)", 0 },
        { Wallet + "('a', 'USD', 0, 200); " + Line + "('e', 1, 'psp:connected:a', 'USD', 200, 1)", 1000 },
        { Wallet + "('a', 'USD', 0, 200); " + Line + "('e', 1, 'disputes:open', 'USD', 200, 1)", 1000 },
        { Line + "('e', 1, 'refunds:open', 'USD', -150, 1)", 850 },
        { Line + "('e', 1, 'refunds:owed', 'USD', -150, 1)", 850 },
        { Line + "('e', 1, 'suspense', 'USD', -150, 1)", 850 },
        { Line + "('e', 1, 'suspense', 'EUR', -150, 1)", 1000 },
        { Line + "('e', 1, 'platform:fees', 'USD', -150, 1)", 1000 },
        { Own + "'REQUESTED'" + Rest, 750 },
        { Own + "'APPROVED'" + Rest, 750 },
        { Own + "'SENDING'" + Rest, 750 },
        { Own + "'IN_TRANSIT'" + Rest, 1000 },
        { Own + "'CANCELED'" + Rest, 1000 },
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task Left_OfTen_IsWhatIsNobodyElses(string books, long ours)
    {
        await using var store = await TestStore.CreateAsync();
        await store.CorruptAsync(books);

        var left = await store.RunAsync(unit => OwnMoney.Left(unit, Books.Usd(0).Currency, new PspBalance([Books.Usd(1000)], [Books.Usd(9999)])));

        Assert.Equal(Books.Usd(ours), left);
    }

    [Fact]
    public async Task Left_BesidesTheOneThatLeaves_DoesNotCountItTwice()
    {
        await using var store = await TestStore.CreateAsync();
        await store.ExecuteAsync(Own + "'APPROVED'" + Rest);

        Assert.Equal(Books.Usd(1000), await store.RunAsync(unit => OwnMoney.Left(unit, Books.Usd(0).Currency, new PspBalance([Books.Usd(1000)], []), new Core.Common.PayoutId("out_own"))));
    }
}
