using Microsoft.Extensions.DependencyInjection;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Tests.Support;

/// <summary>Breaks the books of a running portal and lets it verify everything.</summary>
internal static class BrokenBooks
{
    /// <summary>An entry without lines and outside every chain's numbering: ledger-01 and others turn red.</summary>
    public static async Task BreakBooksAsync(this PortalServer portal)
    {
        await portal.Services.GetRequiredService<WriteLane>().RunAsync(
            unit => unit.Execute("INSERT INTO journal_entries (entry_id, chain_id, seq, kind, source_id, posted_at, effective_at, memo, mac, key_id) VALUES ('jrn_lonely01', 'main', 7, 'Manual', 'none', $1, $1, '', x'00', 'none')", unit.Now),
            CancellationToken.None);
        var desk = portal.Services.GetRequiredService<IntegrityDesk>();
        await desk.StartAsync(Actor.Program("test"), CancellationToken.None);
        await Until.TrueAsync(() => Task.FromResult(desk.Progress is null));
    }
}
