using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Ledger;
using PaymentPortal.Core.Storage;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Integrity;

/// <summary>Values planted through the real flows stand nowhere in the clear: not in the database or its log, not in a backup, not in an export.</summary>
[Collection(EngineCollection.Name)]
public sealed partial class PlantedValuesTests(EngineHost engine)
{
    [Fact]
    public async Task PersonalAndSecretValues_StandNowhereInTheClear()
    {
        var mark = Guid.NewGuid().ToString("N")[..12];
        var planted = await PlantAsync(mark);
        var dialect = (SqliteDialect)engine.Services.GetRequiredService<SqlDialect>();
        var backup = Directory.CreateTempSubdirectory("portal-planted-").FullName;
        await new StoreBackup(dialect, engine.Services.GetRequiredService<KeyRing>(), Path.GetDirectoryName(dialect.File)!, TimeProvider.System).WriteAsync(backup, CancellationToken.None);
        await using (var export = new StreamWriter(Path.Combine(backup, "ledger.csv"))) await new LedgerExport(dialect).WriteAsync(LedgerFormat.Csv, export, CancellationToken.None);

        var found = new List<string>();
        foreach (var file in Directory.EnumerateFiles(Path.GetDirectoryName(dialect.File)!, "portal.db*").Concat(Directory.EnumerateFiles(backup)))
        {
            var bytes = await ReadAsync(file);
            found.AddRange(planted.Where(value => Holds(bytes, value.Text)).Select(value => $"{value.What} in {Path.GetFileName(file)}"));
        }
        Directory.Delete(backup, recursive: true);
        Assert.Empty(found);
    }

    [Fact]
    public async Task TextColumns_HoldNoNumberThatCouldBeACard()
    {
        await engine.ConfirmAsync(await engine.PressAsync(await engine.CreateAsync()));

        var found = new List<string>();
        await using var connection = engine.Services.GetRequiredService<SqlDialect>().OpenReader();
        foreach (var (table, column) in await TextColumnsAsync(connection))
        {
            await using var command = connection.CreateCommand();
            command.CommandText = $"SELECT \"{column}\" FROM \"{table}\" WHERE typeof(\"{column}\") = 'text'";
            await using var rows = await command.ExecuteReaderAsync();
            while (await rows.ReadAsync()) found.AddRange(CardLike().Matches(rows.GetString(0)).Select(match => match.Value).Where(IsLuhn).Select(number => $"{table}.{column}: {number}"));
        }
        Assert.Empty(found);
    }

    /// <summary>A checkout that is paid, a seller with his bank, an endpoint and a key, each with a value of its own.</summary>
    private async Task<IReadOnlyList<(string What, string Text)>> PlantAsync(string mark)
    {
        var (buyer, seller, bank) = ($"buyer.{mark}@example.com", $"seller.{mark}@example.com", "0007" + Math.Abs(mark.GetHashCode(StringComparison.Ordinal) % 90_000_000 + 10_000_000));
        var answer = await engine.Client.PostAsync("/api/v1/checkouts", mark, EngineClient.CheckoutBody().Replace("anna@example.com", buyer, StringComparison.Ordinal));
        Assert.True(answer.Status == 201, answer.Text);
        var checkout = new MadeCheckout((string)answer.Body["checkout_id"]!, ((string)answer.Body["checkout_url"]!).Split('/')[^1]);
        await engine.ConfirmAsync(await engine.PressAsync(checkout));
        await engine.IsAsync(checkout, "SUCCESS");
        var put = await engine.Client.SendAsync(HttpMethod.Put, "/api/v1/sellers/seller-" + mark, PayoutRig.SellerBody(bank).Replace("tea@example.com", seller, StringComparison.Ordinal));
        Assert.True(put.Status == 200, put.Text);
        await engine.CountAsync(1, "SELECT COUNT(*) FROM seller_accounts WHERE seller_account = $1 AND is_payouts_enabled", "seller-" + mark);
        var endpoint = await engine.Client.PostAsync("/api/v1/webhook-endpoints", "endpoint-" + mark, """{"url":"http://127.0.0.1:9/hook","types":["payout.canceled"]}""");
        var secret = endpoint.Status == 201 ? (string?)endpoint.Body["secret"] : null;
        await engine.Client.SendAsync(HttpMethod.Put, "/api/v1/webhook-endpoints/" + (string?)endpoint.Body["endpoint_id"], """{"url":"http://127.0.0.1:9/hook","types":["payout.canceled"],"enabled":false}""");
        var key = await engine.NewKeyAsync("planted " + mark);
        List<(string What, string Text)> planted = [("the buyer's e-mail", buyer), ("the seller's e-mail", seller), ("the bank account", bank), ("the API key", key), ("the PSP key", "sk_test_sandbox")];
        Assert.True(secret is not null, endpoint.Text);
        planted.Add(("the endpoint's secret", secret));
        return planted;
    }

    private static async Task<byte[]> ReadAsync(string file)
    {
        await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var copy = new MemoryStream();
        await stream.CopyToAsync(copy);
        return copy.ToArray();
    }

    private static bool Holds(byte[] bytes, string text) => bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0 || bytes.AsSpan().IndexOf(Encoding.Unicode.GetBytes(text)) >= 0;

    private static async Task<List<(string Table, string Column)>> TextColumnsAsync(System.Data.Common.DbConnection connection)
    {
        var columns = new List<(string Table, string Column)>();
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT m.name, c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' AND c.type = 'TEXT'";
        await using var rows = await command.ExecuteReaderAsync();
        while (await rows.ReadAsync()) columns.Add((rows.GetString(0), rows.GetString(1)));
        return columns;
    }

    private static bool IsLuhn(string number) =>
        number.Reverse().Select((digit, at) => at % 2 == 0 ? digit - '0' : ((digit - '0') * 2 / 10) + ((digit - '0') * 2 % 10)).Sum() % 10 == 0;

    // No card begins with 0, 1, 7, 8 or 9; our own moments in microseconds begin with 1.
    [GeneratedRegex(@"(?<![0-9A-Za-z])[2-6]\d{12,18}(?![0-9A-Za-z])")]
    private static partial Regex CardLike();
}
