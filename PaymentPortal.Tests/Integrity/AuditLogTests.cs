using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Integrity;

public sealed class AuditLogTests
{
    [Fact]
    public async Task Write_Act_StandsInTheChainOfItsOwn()
    {
        await using var store = await TestStore.CreateAsync();
        var audit = new AuditLog(store.Chain);

        await store.RunAsync(unit =>
        {
            audit.Write(unit, new AuditEntry(Actor.Buyer, "checkout.pay", "chk_1"));
            audit.Write(unit, new AuditEntry(Actor.Staff("u1"), "checkout.cancel", "chk_1") { Reason = "asked for by phone", Before = "EXECUTING", After = "CANCELED" });
            return 0;
        });

        Assert.Equal(2, await store.ScalarAsync("SELECT count FROM chain_heads WHERE chain_id = 'audit'"));
        Assert.Equal(1, await store.ScalarAsync("SELECT COUNT(*) FROM audit_log WHERE seq = 2 AND actor = 'user:u1' AND after = 'CANCELED'"));
    }
}
