using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Ledger;
using PaymentPortal.Core.Payments;
using PaymentPortal.Core.Reconciliation;
using PaymentPortal.Core.Reconciliation.Closes;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;
using PaymentPortal.Core.Wallets;
using PaymentPortal.Security;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Integrity;

/// <summary>Values planted through the real flows stand nowhere in the clear: not in the database or its log, not in what the program logs, not in a backup, not in an export.</summary>
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
        await ExportAsync(backup);

        var found = new List<string>();
        foreach (var file in Directory.EnumerateFiles(Path.GetDirectoryName(dialect.File)!, "portal.db*").Append(engine.LogPath).Concat(Directory.EnumerateFiles(backup)))
        {
            var bytes = await ReadAsync(file);
            found.AddRange(planted.Where(value => Holds(bytes, value.Text)).Select(value => $"{value.What} in {Path.GetFileName(file)}"));
        }
        Directory.Delete(backup, recursive: true);
        Assert.Empty(found);
    }

    /// <summary>What stands in the evidence in the clear on purpose is named with its reason; nothing else of what was planted is there.</summary>
    [Fact]
    public async Task Evidence_OfAClosedDay_HoldsWhatItMust_AndNobodysName()
    {
        await using var rig = await CloseRig.CreateAsync();
        var (buyer, name, signer, row) = ("planted.buyer@example.com", "Zora Planted", "planted.signer@example.com", "unreadable planted row");
        await rig.FillAsync();
        await rig.Store.RunAsync(unit => new Buyers(rig.Store.Cipher).Ensure(unit, "buyer", name, buyer));
        var people = new StaffNames(rig.Store.Cipher);
        await rig.Store.RunAsync(unit => unit.Execute("UPDATE staff_users SET sealed_email = $2, email_index = $3 WHERE id = $1", "maker", people.Seal("maker", signer).Bytes, people.IndexOf(signer)));
        var broken = (await rig.Recon.StageAsync(SettlementRig.File(SettlementRig.Row("x", at: "2019-03-03 10:00:00"), row + ",too,few"))).Value;
        Assert.False((await rig.Recon.Files.DiscardAsync(broken, CloseRig.First, "It was a test", CancellationToken.None)).IsRefused);
        Assert.Equal(ApprovalState.Approved, (await rig.CountersignAsync((await rig.SignAsync(remark: "A planted remark")).Value)).Value);

        var texts = await EvidenceAsync(rig);

        Assert.All([buyer, name, signer, row], value => Assert.DoesNotContain(value, texts, StringComparison.OrdinalIgnoreCase));
        (string Value, string Why)[] meant =
        [
            ("A planted remark", "what a signer says of the day is signed with it and part of the audit trail"),
            ("user:maker", "who signed is told by his id, which only our store turns into a person"),
            ("user:checker", "the second signature, likewise"),
            ("seller:seller-1:payable", "the platform names its accounts by ids, and by them its own books find ours"),
            ("ch_a", "the PSP's references are what an auditor compares with the PSP's file"),
        ];
        Assert.All(meant, one => Assert.True(texts.Contains(one.Value, StringComparison.Ordinal), $"{one.Value} is gone, though {one.Why}"));
    }

    /// <summary>Why a page could not be made is told by ids, causes and states; whose page it was is not.</summary>
    [Fact]
    public async Task RedriveAsCsv_NamesThePaymentByItsId_AndNotTheBuyer()
    {
        await using var plant = await StubEngine.StartAsync();
        var (buyer, name) = ("planted.buyer@example.com", "Zora Planted");
        var (id, link) = ("", "");
        var request = new CheckoutRequest("buyer-1", name, buyer, "USD", null, null, null, [new OrderRequest("seller-1", "12.50", null)]);
        await plant.Get<PaymentService>().CreateAsync(CheckoutRules.Check(request).Value, IdempotentCall.Of("key_test", "planted", "POST test", []), view =>
        {
            (id, link) = (view.Id.Value, view.CheckoutUrl.Split('/')[^1]);
            return "{}";
        }, CancellationToken.None);
        plant.Psp.Refuses = true;
        Assert.IsType<PayAnswer.CouldNotStart>(await plant.Get<BuyerCheckout>().PayAsync(link, CancellationToken.None));
        var redrive = await plant.Get<RedriveDesk>().StartAsync(new RedriveRequest(new DeadLetterFilter(), "everything", "the PSP mended it", 50, 100, 1), Actor.Staff("ana"), CancellationToken.None);
        Assert.False(redrive.IsRefused, redrive.Refusal?.Text);

        await using var text = new StringWriter();
        await plant.Get<RetryExport>().WriteItemsAsync(redrive.Value.Value, text, CancellationToken.None);
        await plant.Get<RetryExport>().WriteLettersAsync(new DeadLetterFilter(), text, CancellationToken.None);

        Assert.Contains("," + id + ",", text.ToString(), StringComparison.Ordinal);
        foreach (var planted in new[] { buyer, name, link }) Assert.DoesNotContain(planted, text.ToString(), StringComparison.OrdinalIgnoreCase);
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

    /// <summary>All that can be exported of this store; the evidence of a close and a redrive's items have tests of their own below.</summary>
    private async Task ExportAsync(string folder)
    {
        var services = engine.Services;
        var seller = (await engine.TextAsync("SELECT seller_account FROM wallet_balances ORDER BY payable DESC"))!;
        (string Name, Func<TextWriter, Task> Write)[] exports =
        [
            ("ledger.csv", output => services.GetRequiredService<LedgerExport>().WriteAsync(LedgerFormat.Csv, output, CancellationToken.None)),
            ("ledger.journal", output => services.GetRequiredService<LedgerExport>().WriteAsync(LedgerFormat.Hledger, output, CancellationToken.None)),
            ("payments.csv", output => services.GetRequiredService<PaymentExport>().WriteAsync(PaymentFilter.None, PaymentSort.NewestFirst, output, CancellationToken.None)),
            ("letters.csv", output => services.GetRequiredService<RetryExport>().WriteLettersAsync(new DeadLetterFilter(), output, CancellationToken.None)),
            ("statement.csv", output => StatementCsv.WriteAsync(services.GetRequiredService<StatementQueries>(), SellerAccount.Of(seller), Currency.Of("USD"), default, output, CancellationToken.None)),
            ("fees.csv", output => services.GetRequiredService<FeeExport>().WriteAsync(DateOnly.FromDateTime(services.GetRequiredService<TimeProvider>().GetUtcNow().UtcDateTime), output, CancellationToken.None)),
        ];
        foreach (var (name, write) in exports)
        {
            await using var file = new StreamWriter(Path.Combine(folder, name));
            await write(file);
            await file.FlushAsync();
            Assert.True(file.BaseStream.Length > 0, name);
        }
    }

    /// <summary>A checkout that is paid, a seller with his bank, an endpoint and a key, each with a value of its own.</summary>
    private async Task<IReadOnlyList<(string What, string Text)>> PlantAsync(string mark)
    {
        var (buyer, seller, bank) = ($"buyer.{mark}@example.com", $"seller.{mark}@example.com", "0007" + Math.Abs(mark.GetHashCode(StringComparison.Ordinal) % 90_000_000 + 10_000_000));
        var (name, note, row) = ($"Zora Quint {mark}", $"called about {mark} at noon", $"unreadable {mark}");
        var body = EngineClient.CheckoutBody().Replace("anna@example.com", buyer, StringComparison.Ordinal).Replace("\"buyer_email\"", $"\"buyer_name\":\"{name}\",\"buyer_email\"", StringComparison.Ordinal);
        var answer = await engine.Client.PostAsync("/api/v1/checkouts", mark, body);
        Assert.True(answer.Status == 201, answer.Text);
        var checkout = new MadeCheckout((string)answer.Body["checkout_id"]!, ((string)answer.Body["checkout_url"]!).Split('/')[^1]);
        await engine.ConfirmAsync(await engine.PressAsync(checkout));
        await engine.IsAsync(checkout, "SUCCESS");
        Assert.False((await engine.Services.GetRequiredService<PaymentNotes>().AddAsync(new CheckoutId(checkout.Id), Actor.Staff("maker"), note, CancellationToken.None)).IsRefused);
        await StageAsync(row);
        var person = await StaffAsync($"Staff.{mark}@example.com");
        var evidence = await DisputeAsync($"the parcel of {mark} was signed for");
        var put = await engine.Client.SendAsync(HttpMethod.Put, "/api/v1/sellers/seller-" + mark, PayoutRig.SellerBody(bank).Replace("tea@example.com", seller, StringComparison.Ordinal));
        Assert.True(put.Status == 200, put.Text);
        await engine.CountAsync(1, "SELECT COUNT(*) FROM seller_accounts WHERE seller_account = $1 AND is_payouts_enabled", "seller-" + mark);
        var endpoint = await engine.Client.PostAsync("/api/v1/webhook-endpoints", "endpoint-" + mark, """{"url":"http://127.0.0.1:9/hook","types":["payout.canceled"]}""");
        var secret = endpoint.Status == 201 ? (string?)endpoint.Body["secret"] : null;
        await engine.Client.SendAsync(HttpMethod.Put, "/api/v1/webhook-endpoints/" + (string?)endpoint.Body["endpoint_id"], """{"url":"http://127.0.0.1:9/hook","types":["payout.canceled"],"enabled":false}""");
        var key = await engine.NewKeyAsync("planted " + mark);
        List<(string What, string Text)> planted = [("the buyer's e-mail", buyer), ("the seller's e-mail", seller), ("the bank account", bank), ("the API key", key), ("the PSP key", "sk_test_sandbox"), ("the buyer's name", name), ("a note", note), ("a dispute's evidence", evidence), ("a row that can't be read", row), ("the e-mail of a member of staff", person), ("the same, as it is looked up", person.ToUpperInvariant())];
        Assert.True(secret is not null, endpoint.Text);
        planted.Add(("the endpoint's secret", secret));
        return planted;
    }

    /// <summary>Every file of the day's evidence, one after the other.</summary>
    private static async Task<string> EvidenceAsync(CloseRig rig)
    {
        var output = new MemoryStream();
        await new DayEvidence(rig.Store.Dialect).ZipAsync(CloseRig.Day, output, CancellationToken.None);
        using var zip = new ZipArchive(output);
        var texts = new StringBuilder();
        foreach (var entry in zip.Entries)
        {
            using var reader = new StreamReader(entry.Open());
            texts.Append(await reader.ReadToEndAsync());
        }
        return texts.ToString();
    }

    /// <summary>A person who can sign in, and an API key that is his.</summary>
    private async Task<string> StaffAsync(string email)
    {
        await using var scope = engine.Services.CreateAsyncScope();
        Assert.False((await scope.ServiceProvider.GetRequiredService<StaffAccounts>().CreateAsync(email, StaffRoles.Support, PortalClient.Password, CancellationToken.None)).IsRefused);
        Assert.False((await engine.Services.GetRequiredService<ApiKeyService>().CreateAsync("his", ["*"], email, Actor.Program("test"), CancellationToken.None)).IsRefused);
        Assert.Contains(email, (await engine.Services.GetRequiredService<StaffDirectory>().ListAsync(CancellationToken.None)).Select(one => one.Name));
        return email;
    }

    /// <summary>A disputed payment with evidence, which the PSP has got.</summary>
    private async Task<string> DisputeAsync(string evidence)
    {
        var checkout = await engine.CreateAsync();
        await engine.ConfirmAsync(await engine.PressAsync(checkout), "pm_card_createDispute");
        await engine.CountAsync(1, "SELECT COUNT(*) FROM disputes WHERE checkout_id = $1", checkout.Id);
        var dispute = (await engine.TextAsync("SELECT dispute_id FROM disputes WHERE checkout_id = $1", checkout.Id))!;
        var answer = await engine.Client.PostAsync($"/api/v1/disputes/{dispute}/evidence", Guid.NewGuid().ToString(), $$"""{"text":"{{evidence}}","submit":true}""");
        Assert.True(answer.Status == 200, answer.Text);
        await engine.CountAsync(1, "SELECT COUNT(*) FROM disputes WHERE dispute_id = $1 AND status <> 'NEEDS_RESPONSE'", dispute);
        return evidence;
    }

    /// <summary>A file of which one row can't be read; it is shown with its text, and thrown away.</summary>
    private async Task StageAsync(string row)
    {
        var csv = Encoding.UTF8.GetBytes(SettlementRig.File(SettlementRig.Row(Guid.NewGuid().ToString("N"), at: "2019-03-03 10:00:00"), $"{row},too,few"));
        var staged = await engine.Services.GetRequiredService<SettlementGate>().StageAsync(new IncomingFile("planted.csv", SettlementOrigin.Upload, Actor.Staff("maker")), new MemoryStream(csv), CancellationToken.None);
        var shown = await engine.Services.GetRequiredService<ReconciliationQueries>().FindFileAsync(staged.Value, CancellationToken.None);
        Assert.Contains(row, Assert.Single(shown!.Unreadable).Raw, StringComparison.Ordinal);
        Assert.False((await engine.Services.GetRequiredService<SettlementDesk>().DiscardAsync(staged.Value, Actor.Staff("maker"), "It was a test", CancellationToken.None)).IsRefused);
        Assert.Equal(SettlementFileState.Discarded, (await engine.Services.GetRequiredService<ReconciliationQueries>().FindFileAsync(staged.Value, CancellationToken.None))!.File.State);
    }

    private static async Task<byte[]> ReadAsync(string file)
    {
        await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
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
