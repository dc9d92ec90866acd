using PaymentPortal.Core.Common;
using PaymentPortal.Core.Psp;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Psp;

public sealed class PspTalkTests
{
    [Fact]
    public async Task Exchange_Written_IsReadBack_AndSealedInTheTable()
    {
        await using var store = await TestStore.CreateAsync();
        var talk = new PspTalk(store.Cipher);
        var checkout = Ids.New<CheckoutId>(store.Time);
        var exchange = new PspExchange("POST", "/v1/things", "att_1:create:1", 402, "req_1", store.Time.GetUtcNow(), TimeSpan.FromMilliseconds(12), "a=1", "{\"b\":2}", true);
        var answer = new PspAnswer<PspSession>(PspVerdict.Declined, null, new PspError(402, "card_error", "card_declined", "generic_decline", null, "No."), exchange);

        await store.RunAsync(unit => { talk.Write(unit, "att_1", checkout, answer); return 0; });

        await using var db = store.Databases.CreateDbContext();
        var line = Assert.Single(await talk.ListAsync(db, checkout, CancellationToken.None));
        Assert.Equal((PspVerdict.Declined, "card_declined", exchange), (line.Verdict, line.ErrorCode, line.Exchange));
        Assert.Equal(0, await store.ScalarAsync("SELECT COUNT(*) FROM psp_exchanges WHERE instr(response, CAST('b' AS BLOB)) > 0 AND instr(response, CAST(':2' AS BLOB)) > 0"));
    }
}
