using Microsoft.Extensions.Logging.Abstractions;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Ledger;
using PaymentPortal.Core.Payments;
using PaymentPortal.Core.Storage;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Integrity;

/// <summary>A new key takes over while everything is written on; the old one opens nothing any more once nothing is left under it, and goes on proving what it signed.</summary>
public sealed class KeyRotationTests : IAsyncLifetime
{
    private static readonly Actor Admin = Actor.Staff("u1");
    private TestStore _store = null!;

    public async Task InitializeAsync() => _store = await TestStore.CreateAsync();

    public async Task DisposeAsync() => await _store.DisposeAsync();

    [Fact]
    public async Task Rotation_UnderLoad_CutOffAndTakenUpAgain_LeavesNothingUnderTheOldKey()
    {
        var (old, journal) = (_store.Keys.Active.Id, new Journal(_store.Chain));
        await _store.RunAsync(unit => Enumerable.Range(0, 450).Select(n => Add(unit, n)).ToList());
        await _store.RunAsync(unit => journal.Post(unit, Books.PayIn("ord_before", 1000, 100)));
        using var stop = new CancellationTokenSource();
        var load = WriteOnAsync(journal, stop.Token);
        var fresh = await Desk.RotateAsync(Admin, CancellationToken.None);

        await CutOffAsync(old);
        var restarted = Resealer;
        while (await restarted.PassAsync(CancellationToken.None) > 0)
        {
        }
        await stop.CancelAsync();
        var written = await load;
        while (await Resealer.PassAsync(CancellationToken.None) > 0)
        {
        }

        Assert.NotEqual(old, fresh);
        Assert.Equal([fresh], (await Resealer.CountAsync(CancellationToken.None)).Keys);
        Assert.Equal(2 * (450 + written), (await Resealer.CountAsync(CancellationToken.None))[fresh]);
        for (var n = 0; n < 450 + written; n += 37) Assert.Equal(($"Anna {n}", $"anna{n}@example.com"), await ReadAsync(n));
        Assert.Equal(new[] { old, fresh }.Order(), (await KeysOfEntriesAsync()).Order());
        Assert.Empty(await _store.BrokenAsync());
        Assert.Equal(_store.Cipher.BlindIndex("users.email", "anna3@example.com"), new FieldCipher(KeyRing.OpenOrCreate(Path.Combine(_store.Directory, "keys"))).BlindIndex("users.email", "anna3@example.com"));
    }

    [Fact]
    public async Task Retire_WhileValuesAreLeft_OrTheKeyThatWrites_IsRefused()
    {
        await AddAsync(1);
        var old = _store.Keys.Active.Id;

        Assert.Equal(RefusalCodes.StateConflict, (await Desk.RetireAsync(old, Admin, CancellationToken.None)).Refusal!.Code);
        await Desk.RotateAsync(Admin, CancellationToken.None);
        Assert.Contains("2 values", (await Desk.RetireAsync(old, Admin, CancellationToken.None)).Refusal!.Text, StringComparison.Ordinal);
        Assert.Equal(RefusalCodes.NotFound, (await Desk.RetireAsync("00000000", Admin, CancellationToken.None)).Refusal!.Code);
    }

    [Fact]
    public async Task RetiredKey_OpensNothing_YetProvesWhatItSigned_AlsoAfterARestart()
    {
        await _store.RunAsync(unit => new Journal(_store.Chain).Post(unit, Books.PayIn("ord_old", 1000, 100)));
        var (old, forgotten) = (_store.Keys.Active.Id, _store.Cipher.Seal("users", "x", "email", "anna@example.com"));
        await Desk.RotateAsync(Admin, CancellationToken.None);

        Assert.Equal(old, (await Desk.RetireAsync(old, Admin, CancellationToken.None)).Value);

        var reopened = KeyRing.OpenOrCreate(Path.Combine(_store.Directory, "keys"));
        foreach (var keys in new[] { _store.Keys, reopened })
            Assert.Contains(old, Assert.Throws<SealBrokenException>(() => new FieldCipher(keys).Open("users", "x", "email", forgotten)).Message, StringComparison.Ordinal);
        Assert.Equal((_store.Keys.Active.Id, true), (reopened.Active.Id, reopened.Keys[0].IsRetired));
        Assert.Empty(await _store.BrokenAsync());
        Assert.Equal([(old, false, true), (reopened.Active.Id, true, false)], (await Desk.ListAsync(CancellationToken.None)).Select(key => (key.Id, key.IsActive, key.IsRetired)));
    }

    [Fact]
    public async Task Reseal_AValueThatDoesNotOpen_IsLeftForWhoeverLooksIntoIt()
    {
        await AddAsync(1);
        await AddAsync(2);
        await _store.CorruptAsync("UPDATE users SET email = (SELECT email FROM users WHERE buyer_account = 'buyer-2') WHERE buyer_account = 'buyer-1'");
        var old = _store.Keys.Active.Id;
        await Desk.RotateAsync(Admin, CancellationToken.None);

        Assert.Equal(3, await Resealer.PassAsync(CancellationToken.None));

        Assert.Equal(1, (await Resealer.CountAsync(CancellationToken.None))[old]);
    }

    [Fact]
    public void Places_CoverEverySealedColumn() => Assert.Equal(
        [
            "disputes.evidence by dispute_id", "payment_notes.text by note_id", "psp_bodies.body by event_id", "psp_calls.body by psp_key", "psp_exchanges.request by exchange_id", "psp_exchanges.response by exchange_id",
            "seller_accounts.bank by seller_account", "seller_accounts.email by seller_account", "settlement_files.faults by file_id",
            "staff_users.sealed_email by id", "users.email by user_id", "users.user_name by user_id", "webhook_attempts.answer by delivery_id || '/' || number", "webhook_endpoints.old_secret by endpoint_id", "webhook_endpoints.secret by endpoint_id",
        ],
        SealedPlace.Of(_store.Dialect).Select(place => $"{place.Table}.{place.Column} by {place.Id}"));

    private Resealer Resealer => new(_store.Dialect, _store.Lane, _store.Keys, _store.Cipher, NullLogger<Resealer>.Instance);

    private KeyDesk Desk => new(_store.Keys, _store.Lane, new AuditLog(_store.Chain), Resealer);

    private Task<string> AddAsync(int n) => _store.RunAsync(unit => Add(unit, n));

    private string Add(UnitOfWork unit, int n) => new Buyers(_store.Cipher).Ensure(unit, $"buyer-{n}", $"Anna {n}", $"anna{n}@example.com");

    /// <summary>Starts a pass and ends it as soon as it has written something, as the end of the process would.</summary>
    private async Task CutOffAsync(string old)
    {
        using var cut = new CancellationTokenSource();
        var pass = Resealer.PassAsync(cut.Token);
        await Until.TrueAsync(async () => (await Resealer.CountAsync(CancellationToken.None)).GetValueOrDefault(old) < 2 * 450);
        await cut.CancelAsync();
        await Task.WhenAny(pass);
    }

    private async Task<int> WriteOnAsync(Journal journal, CancellationToken stop)
    {
        var written = 0;
        for (; !stop.IsCancellationRequested; written++)
        {
            await AddAsync(450 + written);
            await _store.RunAsync(unit => journal.Post(unit, Books.PayIn("ord_load" + written, 1000, 100)));
        }
        return written;
    }

    private async Task<(string?, string?)> ReadAsync(int n)
    {
        var buyers = new Buyers(_store.Cipher);
        return await _store.RunAsync(unit => unit.QueryFirst(
            "SELECT user_id, user_name, email FROM users WHERE buyer_account = $1",
            row => (buyers.OpenName(row.GetString(0), new Sealed((byte[])row[1])), buyers.OpenEmail(row.GetString(0), new Sealed((byte[])row[2]))), $"buyer-{n}"));
    }

    private Task<List<string>> KeysOfEntriesAsync() => _store.RunAsync(unit => unit.Query("SELECT DISTINCT key_id FROM journal_entries", row => row.GetString(0)));
}
