using PaymentPortal.Core.Common;
using PaymentPortal.Core.Payments;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Payments;

public sealed class PaymentNotesTests : IAsyncLifetime
{
    private static readonly Actor Ana = Actor.Staff("usr_1");

    private StubEngine _engine = null!;

    public async Task InitializeAsync() => _engine = await StubEngine.StartAsync();

    public async Task DisposeAsync() => await _engine.DisposeAsync();

    [Fact]
    public async Task Note_Written_IsReadAgainAndSealedAtRest()
    {
        var checkout = await _engine.CreateAsync();

        await Notes.AddAsync(new CheckoutId(checkout.Id), Ana, " Rang Mrs Kovacs. ", CancellationToken.None);

        var note = Assert.Single((await _engine.Get<PaymentDetailsQuery>().FindAsync(new CheckoutId(checkout.Id), CancellationToken.None))!.Notes);
        Assert.Equal(("Rang Mrs Kovacs.", Ana.Value), (note.Text, note.Author));
        Assert.Equal(0, await _engine.ScalarAsync("SELECT COUNT(*) FROM payment_notes WHERE instr(text, 'Kovacs') > 0"));
        Assert.Equal(1, await _engine.ScalarAsync("SELECT COUNT(*) FROM audit_log WHERE action = 'payment.note' AND object_id = $1", checkout.Id));
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("a\u0000b")]
    public async Task Note_ThatIsNone_IsRefusedAndNotStored(string text)
    {
        var checkout = await _engine.CreateAsync();

        var refused = await Notes.AddAsync(new CheckoutId(checkout.Id), Ana, text, CancellationToken.None);

        Assert.Equal((422, "text"), (refused.Refusal!.HttpStatus, refused.Refusal.Field));
        Assert.Equal(0, await _engine.ScalarAsync("SELECT COUNT(*) FROM payment_notes"));
    }

    [Fact]
    public async Task Note_OnNothing_Is404() =>
        Assert.Equal(404, (await Notes.AddAsync(new CheckoutId("chk_none"), Ana, "Hello", CancellationToken.None)).Refusal!.HttpStatus);

    private PaymentNotes Notes => _engine.Get<PaymentNotes>();
}
