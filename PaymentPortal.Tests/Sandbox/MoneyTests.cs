using System.Globalization;
using PaymentPortal.Sandbox.Control;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Sandbox;

/// <summary>Whatever is done in whatever order: the balance, the books, the accounts and the reports tell of the same money.</summary>
public sealed class MoneyTests
{
    private static readonly string[] Cards =
    [
        "pm_card_bypassPending", "pm_card_visa", "pm_card_createDispute", "pm_card_refundFail", "pm_card_pendingRefund", "pm_card_chargeDeclined",
        "pm_card_createDisputeInquiry", "pm_sandbox_refund_action",
    ];

    [Theory]
    [InlineData(3)]
    [InlineData(11)]
    [InlineData(29)]
    public async Task ManyActs_InAnyOrder_LeaveAllAccountsOfTheMoneyEqual(int seed)
    {
        await using var server = await SandboxServer.StartAsync();
        var accounts = new List<string>();
        foreach (var number in new[] { "000123456789", "000111111116", "000555555559" })
        {
            accounts.Add((string)(await server.AddAccountAsync(number))["id"]!);
        }

        var charges = new List<string> { await server.Api.ChargeAsync("pm_card_bypassPending", ("amount", "9000")) };
        for (var step = 1; step <= 60; step++)
        {
            await ActAsync(server, accounts, charges, step * seed);
        }

        await server.Control.AdvanceClockAsync(TimeSpan.FromDays(4));
        await AssertEqualAsync(server);
    }

    private static async Task ActAsync(SandboxServer server, List<string> accounts, List<string> charges, int turn)
    {
        var api = server.Api;
        var account = accounts[turn % accounts.Count];
        switch (turn % 7)
        {
            case 0 or 1:
                var paid = await api.PayAsync(Cards[turn / 7 % Cards.Length], ("amount", $"{1000 + (turn % 900)}"));
                charges.AddRange(paid.Status == 200 ? [(string)paid.Body["latest_charge"]!] : []);
                break;
            case 2:
                await api.PostAsync("/v1/refunds", ("charge", charges[turn % charges.Count]), ("amount", $"{100 + (turn % 500)}"));
                break;
            case 3:
                await server.TransferAsync(account, 200 + (turn % 300));
                break;
            case 4:
                await server.PayoutAsync(account, 100 + (turn % 200));
                break;
            case 5:
                var transfers = await api.ListAsync("/v1/transfers?limit=1");
                await Task.WhenAll(transfers.Select(transfer => api.PostAsync($"/v1/transfers/{transfer["id"]}/reversals", ("amount", "50"))));
                break;
            default:
                await server.Control.AdvanceClockAsync(TimeSpan.FromHours(turn % 30));
                break;
        }
    }

    private static async Task AssertEqualAsync(SandboxServer server)
    {
        var books = await server.Control.BooksAsync();
        var book = books.Currencies["usd"];
        var balance = (await server.Api.GetAsync("/v1/balance")).Body;
        Assert.Equal(book.Gross - book.Refunds - book.Disputes - book.Fees - book.Transfers - book.Payouts, book.Balance);
        Assert.Equal((book.Available, book.Pending), ((long)balance["available"]![0]!["amount"]!, (long)balance["pending"]![0]!["amount"]!));
        Assert.Equal(book.Transfers, books.Accounts.Values.Sum(account => account["usd"].Received));
        Assert.All(books.Accounts.Values.Select(account => account["usd"]), AssertSound);
        var net = await NetAsync(server, "balance_change_from_activity.itemized.7") + await NetAsync(server, "payouts.itemized.3");
        Assert.Equal(book.Balance, (long)(net * 100));
        Assert.All(books.Sessions.Values, times => Assert.InRange(times, 0, 1));
    }

    private static void AssertSound(AccountBook account)
    {
        Assert.Equal(account.Received - account.Payouts, account.Available + account.Pending);
        Assert.True(account is { Available: >= 0, Pending: >= 0 });
    }

    private static async Task<decimal> NetAsync(SandboxServer server, string report)
    {
        var reports = new ReportClient(server);
        var (_, now) = await reports.PeriodAsync();
        return (await reports.RowsAsync(report, now - (90 * 86_400), now)).Sum(row => decimal.Parse(row["net"], CultureInfo.InvariantCulture));
    }
}
