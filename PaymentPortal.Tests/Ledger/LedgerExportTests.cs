using System.Globalization;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Ledger;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Ledger;

/// <summary>hledger judges what we export: it checks the journal strictly and its balances must be ours.</summary>
public sealed class LedgerExportTests
{
    [SkippableFact]
    public async Task Hledger_OverRandomBooks_ChecksStrictlyAndHasOurBalances()
    {
        var hledger = await DebianPackage.EnsureAsync("hledger", "hledger");
        await using var store = await TestStore.CreateAsync();
        var posted = await RandomBooks.PostAsync(store, seed: 11);
        var file = await ExportAsync(store, LedgerFormat.Hledger);

        await DebianPackage.RunAsync(hledger, "-f", file, "check", "--strict");
        var balances = await DebianPackage.RunAsync(hledger, "-f", file, "balance", "--flat", "--no-total", "-O", "csv", "--layout=bare");

        Assert.Equal(RandomBooks.Sum(posted).Where(sum => sum.Value != 0).OrderBy(sum => sum.Key), Parse(balances).OrderBy(sum => sum.Key));
    }

    [SkippableFact]
    public async Task Hledger_AsOfTheEndOfADay_HasOurBalances()
    {
        var hledger = await DebianPackage.EnsureAsync("hledger", "hledger");
        await using var store = await TestStore.CreateAsync();
        await RandomBooks.PostAsync(store, seed: 12);
        var file = await ExportAsync(store, LedgerFormat.Hledger);
        var day = new DateTimeOffset(Books.Start.Date, TimeSpan.Zero);

        var balances = await DebianPackage.RunAsync(hledger, "-f", file, "balance", "--flat", "--no-total", "-O", "csv", "--layout=bare", "-e", day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        var ours = await new LedgerQueries(store.Dialect).AccountsAsync(new AccountFilter(AsOf: day.AddTicks(-10)), null, 1000, CancellationToken.None);

        Assert.NotEmpty(ours.Items);
        Assert.Equal(ours.Items.ToDictionary(line => (line.Account.Code, line.Balance.Currency.Code), line => line.Balance.Minor).OrderBy(sum => sum.Key), Parse(balances).OrderBy(sum => sum.Key));
    }

    [SkippableFact]
    public async Task Hledger_HostileMemo_StaysAComment()
    {
        var hledger = await DebianPackage.EnsureAsync("hledger", "hledger");
        await using var store = await TestStore.CreateAsync();
        var total = Books.Usd(100);
        await store.RunAsync(unit => new Journal(store.Chain).Post(unit, PostingRules.Suspense(null, "cs_1;x\n", total, Books.Movement("txn_1"), "late\n    bank:main  5.00 USD\n2026-01-01 x; | y")));
        var file = await ExportAsync(store, LedgerFormat.Hledger);

        await DebianPackage.RunAsync(hledger, "-f", file, "check", "--strict");
        var balances = await DebianPackage.RunAsync(hledger, "-f", file, "balance", "--flat", "--no-total", "-O", "csv", "--layout=bare");

        Assert.Equal([(("psp:clearing", "USD"), 100L), (("suspense", "USD"), -100L)], Parse(balances).OrderBy(sum => sum.Key).Select(sum => (sum.Key, sum.Value)));
    }

    [Fact]
    public async Task Csv_OfPlantedBooks_HasALinePerPostingAndSumsToZero()
    {
        await using var store = await PlantedBooks.CreateAsync();

        var lines = await File.ReadAllLinesAsync(await ExportAsync(store, LedgerFormat.Csv));

        Assert.Equal(await store.ScalarAsync("SELECT COUNT(*) FROM postings"), lines.Length - 1);
        Assert.Equal(0, lines.Skip(1).Sum(line => long.Parse(line.Split(',')[^1], CultureInfo.InvariantCulture)));
        Assert.Equal(["12.50", "1250"], lines[1].Split(',')[^2..]);
    }

    [Fact]
    public async Task Csv_HostileMemos_AreQuotedAndNeverFormulas()
    {
        await using var store = await TestStore.CreateAsync();
        (string Memo, string Cell)[] memos =
        [
            ("=1+1", "'=1+1"), ("+49", "'+49"), ("-2", "'-2"), ("@SUM(A1)", "'@SUM(A1)"), ("\t=1", "'\t=1"),
            ("a,b", "\"a,b\""), ("say \"hi\"", "\"say \"\"hi\"\"\""), ("=a\nb", "\"'=a\nb\""), ("plain", "plain"), ("", ""),
        ];
        var journal = new Journal(store.Chain);
        foreach (var (memo, _) in memos)
            await store.RunAsync(unit => journal.Post(unit, PostingRules.Suspense(null, "cs_" + memo.Length + memo, Books.Usd(100), Books.Movement("txn_1"), memo)));

        var csv = await File.ReadAllTextAsync(await ExportAsync(store, LedgerFormat.Csv));

        Assert.All(memos, memo => Assert.Contains($"Z,{memo.Cell},,1,psp:clearing,USD,1.00,100\r\n", csv, StringComparison.Ordinal));
    }

    private static async Task<string> ExportAsync(TestStore store, LedgerFormat format)
    {
        var file = Path.Combine(store.Directory, "export." + format);
        await using var writer = new StreamWriter(file);
        await new LedgerExport(store.Dialect).WriteAsync(format, writer, CancellationToken.None);
        return file;
    }

    /// <summary>Lines like "account","USD","12.50"; a balance of zero is left out, as ours are.</summary>
    private static Dictionary<(string Account, string Currency), long> Parse(string csv) =>
        csv.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1)
            .Select(line => line.Split(',').Select(cell => cell.Trim('"', '\r')).ToArray())
            .Select(cells => (Key: (cells[0], cells[1]), Minor: Minor(cells[2], Currency.Of(cells[1]))))
            .Where(line => line.Minor != 0)
            .ToDictionary(line => line.Key, line => line.Minor);

    private static long Minor(string amount, Currency currency)
    {
        Assert.True(Money.TryParse(amount.TrimStart('-').TrimEnd('.'), currency, out var money, out var fault), $"{amount} {fault}");
        return amount.StartsWith('-') ? -money.Minor : money.Minor;
    }
}
