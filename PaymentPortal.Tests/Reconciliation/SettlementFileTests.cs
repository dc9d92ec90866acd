using System.Text;
using FsCheck;
using FsCheck.Fluent;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Reconciliation;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Reconciliation;

/// <summary>Files in: preview, acceptance, the same again, and back out whole.</summary>
public sealed class SettlementFileTests
{
    [Fact]
    public async Task Staged_ShowsTotalsPeriodAndUnreadableRows_AndCountsForNothing()
    {
        await using var rig = await SettlementRig.CreateAsync();

        var staged = await rig.StageAsync(SettlementRig.File(
            SettlementRig.Row("1"), SettlementRig.Row("2", "-5.00", "0.00", "-5.00", category: "refund", source: "re_2"), SettlementRig.Row("3", "1250", "36", "1214", "jpy"),
            SettlementRig.Row("4", net: "11.85"), SettlementRig.Row("5", "12,50"), "txn_6,too,few", SettlementRig.Row("7", currency: "xxx"), SettlementRig.Row("8", at: "20.11.2026")));
        var file = (await rig.Queries.FindFileAsync(staged.Value, CancellationToken.None))!;

        Assert.Equal((SettlementFileState.Staged, 3, 5), (file.File.State, file.File.Rows, file.File.Unreadable));
        Assert.Equal([("JPY", 1250L, 36L, 1214L), ("USD", 750, 66, 684)], file.Totals.Select(total => (total.Currency, total.Gross, total.Fee, total.Net)));
        Assert.Equal([5, 6, 7, 8, 9], file.Unreadable.Select(row => row.Line));
        Assert.Contains("net is not gross less fee", file.Unreadable[0].Why, StringComparison.Ordinal);
        Assert.Contains("txn_6,too,few", file.Unreadable[2].Raw, StringComparison.Ordinal);
        Assert.Equal(409, (await rig.Files.AcceptAsync(staged.Value, Actor.Staff("maker"), CancellationToken.None)).Refusal?.HttpStatus);
        Assert.Equal(0, await rig.Store.ScalarAsync("SELECT COUNT(*) FROM settlement_lines WHERE bucket IS NOT NULL OR is_counted = 1"));
        await rig.AssertSoundAsync();
    }

    [Theory]
    [InlineData("")]
    [InlineData("a,b\n1,2\n")]
    [InlineData("balance_transaction_id,created_utc,currency,gross,fee,net,reporting_category,source_id,gross\n")]
    [InlineData(SettlementRig.Header + "\ntxn_1,2026-11-20 10:00:00,usd,12.50")]
    public async Task File_ThatCantBeRead_IsRefusedWhole(string csv)
    {
        await using var rig = await SettlementRig.CreateAsync();

        Assert.Equal(422, (await rig.StageAsync(csv)).Refusal?.HttpStatus);

        Assert.Equal(0, await rig.Store.ScalarAsync("SELECT (SELECT COUNT(*) FROM settlement_files) + (SELECT COUNT(*) FROM settlement_lines)"));
    }

    /// <summary>Each amount can be booked; their sum can't even be counted.</summary>
    [Fact]
    public async Task File_WhoseTotalsOverflow_IsRefusedWhole()
    {
        await using var rig = await SettlementRig.CreateAsync();

        var refused = await rig.StageAsync(SettlementRig.File([.. Enumerable.Range(0, 9_400).Select(n => SettlementRig.Row($"o{n}", "9999999999999.99", "0.00", "9999999999999.99"))]));

        Assert.Equal(422, refused.Refusal?.HttpStatus);
        Assert.Equal(0, await rig.Store.ScalarAsync("SELECT (SELECT COUNT(*) FROM settlement_files) + (SELECT COUNT(*) FROM settlement_lines) + (SELECT COUNT(*) FROM settlement_totals)"));
    }

    [Fact]
    public async Task PersonalColumnsAndPaths_AreNotKept()
    {
        await using var rig = await SettlementRig.CreateAsync();
        var csv = SettlementRig.Header + ",customer_email,description\n" + SettlementRig.Row("1") + ",anna@example.com,Anna's tea\n";

        var staged = await rig.StageAsync(Encoding.UTF8.GetBytes(csv), "../../etc/=cmd|'/C calc'!A0.csv");

        Assert.DoesNotContain('/', (await rig.Queries.FindFileAsync(staged.Value, CancellationToken.None))!.File.Name);
        foreach (var path in Directory.EnumerateFiles(rig.Store.Directory, "portal.db*"))
        {
            await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var text = new StreamReader(file, Encoding.Latin1);
            Assert.DoesNotContain("anna@example.com", await text.ReadToEndAsync(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task SameBytesAgain_AreRefused_AndSameLinesInAnotherFileAreKnown()
    {
        await using var rig = await SettlementRig.CreateAsync();
        await rig.ChargeAsync("1");
        await rig.ChargeAsync("2");
        await rig.AcceptAsync(SettlementRig.File(SettlementRig.Row("1")));

        Assert.Equal(409, (await rig.StageAsync(SettlementRig.File(SettlementRig.Row("1")))).Refusal?.HttpStatus);
        var second = await rig.AcceptAsync(SettlementRig.File(SettlementRig.Row("1"), SettlementRig.Row("2")));

        var file = (await rig.Queries.FindFileAsync(second, CancellationToken.None))!;
        Assert.Equal((1, 1, 1), (file.File.KnownRows, file.Buckets[LineBucket.Known], file.Buckets[LineBucket.Matched]));
        Assert.Empty(await rig.FoundAsync());
        await rig.AssertSoundAsync();
    }

    [Fact]
    public async Task RollBack_TakesLinesMismatchesAndEntriesBack_AndTheFileMayComeAgain()
    {
        await using var rig = await SettlementRig.CreateAsync();
        await rig.ChargeAsync("1");
        var clearing = await rig.ClearingAsync();
        var csv = SettlementRig.File(SettlementRig.Row("1", fee: "0.67", net: "11.83"), SettlementRig.Row("9"));
        var first = await rig.AcceptAsync(csv);
        Assert.Equal(clearing - 1, await rig.ClearingAsync());
        var later = await rig.AcceptAsync(SettlementRig.File(SettlementRig.Row("9")));

        Assert.Equal(422, (await rig.Files.RollBackAsync(first, Actor.Staff("maker"), " ", CancellationToken.None)).Refusal?.HttpStatus);
        Assert.Equal(409, (await rig.Files.RollBackAsync(first, Actor.Staff("maker"), "wrong", CancellationToken.None)).Refusal?.HttpStatus);
        Assert.False((await rig.Files.RollBackAsync(later, Actor.Staff("maker"), "wrong", CancellationToken.None)).IsRefused);
        Assert.False((await rig.Files.RollBackAsync(first, Actor.Staff("maker"), "wrong", CancellationToken.None)).IsRefused);

        Assert.Equal(clearing, await rig.ClearingAsync());
        Assert.All(await rig.FoundAsync(), one => Assert.Equal(MismatchState.Withdrawn, one.State));
        Assert.Equal(1, await rig.Store.ScalarAsync($"SELECT COUNT(*) FROM audit_log WHERE action = 'settlement.roll-back' AND object_id = '{first}' AND reason = 'wrong'"));
        await rig.AcceptAsync(csv);
        Assert.Equal(clearing - 1, await rig.ClearingAsync());
        await rig.AssertSoundAsync();
    }

    [Fact]
    public async Task Accept_WhoseCallerDied_IsFinishedByItsStep()
    {
        await using var rig = await SettlementRig.CreateAsync();
        await rig.ChargeAsync("1");
        var staged = await rig.StageAsync(SettlementRig.File(SettlementRig.Row("1")));
        await rig.Store.ExecuteAsync($"UPDATE settlement_files SET state = 'Accepting', accepted_by = 'user:maker' WHERE file_id = '{staged.Value}'");

        await rig.Files.AdvanceAsync(staged.Value, CancellationToken.None);
        await rig.Files.AdvanceAsync(staged.Value, CancellationToken.None);

        Assert.Equal(SettlementFileState.Accepted, (await rig.Queries.FindFileAsync(staged.Value, CancellationToken.None))!.File.State);
        await rig.AssertSoundAsync();
    }

    /// <summary>Bytes are flipped, dropped, doubled and cut: each file is either refused and gone, or stands there whole and can be accepted whole.</summary>
    [Fact]
    public async Task ThousandMutatedFiles_NoneIsHalfImported()
    {
        var seed = Environment.TickCount;
        await using var rig = await SettlementRig.CreateAsync();
        var whole = Encoding.UTF8.GetBytes(SettlementRig.File([.. Enumerable.Range(0, 12).Select(n => SettlementRig.Row($"m{n}"))]));

        var staged = await Task.WhenAll(Enumerable.Range(0, 1000).Select(number => Task.Run(() => rig.StageAsync(Mutate(whole, (ulong)(uint)seed + (ulong)number)))));
        foreach (var file in staged.Where(one => !one.IsRefused).Take(100)) await rig.Files.AcceptAsync(file.Value, Actor.Staff("maker"), CancellationToken.None);

        Assert.True(staged.All(one => one.Refusal is null or { HttpStatus: 422 or 409 }), $"seed {seed}");
        var left = await rig.Store.ScalarAsync("SELECT COUNT(*) FROM settlement_files");
        Assert.True(left == staged.Count(one => !one.IsRefused), $"seed {seed}");
        Assert.True(await rig.Store.ScalarAsync("SELECT COUNT(*) FROM settlement_files WHERE state NOT IN ('Staged', 'Accepted')") == 0, $"seed {seed}");
        await rig.AssertSoundAsync();
    }

    private static byte[] Mutate(byte[] whole, ulong seed)
    {
        var bytes = whole.ToList();
        var throws = Gen.Choose(0, int.MaxValue).ArrayOf(12).Sample(1, new Rnd(seed), 1).Single();
        for (var change = 0; change <= throws[0] % 3 && bytes.Count > 100; change++)
        {
            var (at, what, value) = (throws[(change * 3) + 1] % bytes.Count, throws[(change * 3) + 2] % 5, throws[(change * 3) + 3]);
            switch (what)
            {
                case 0: bytes[at] = (byte)value; break;
                case 1: bytes.RemoveAt(at); break;
                case 2: bytes.Insert(at, (byte)"\",\n\r.-0\0"[value % 8]); break;
                case 3: bytes.RemoveRange(at, bytes.Count - at); break;
                default: bytes.InsertRange(at, bytes.GetRange(value % (bytes.Count / 2), 20)); break;
            }
        }
        return [.. bytes];
    }
}
