using PaymentPortal.Core.Common;
using PaymentPortal.Core.Events;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Analytics;

/// <summary>Keeps the hourly figures. Its place in the log moves in the unit that adds, so each fact counts once, whatever is repeated or killed.</summary>
public sealed class FigureKeeper : IFactConsumer
{
    internal const string Consumer = "analytics";

    public string Name => Consumer;

    public void Apply(UnitOfWork unit, IReadOnlyList<PortalEvent> facts)
    {
        foreach (var (key, gain) in FigureFold.Sum(facts))
        {
            unit.Execute(
                """
                INSERT INTO hourly_figures (hour, currency, type, reason, count, amount) VALUES ($1, $2, $3, $4, $5, $6)
                ON CONFLICT (hour, currency, type, reason) DO UPDATE SET count = hourly_figures.count + excluded.count, amount = hourly_figures.amount + excluded.amount
                """,
                Instants.FromMicroseconds(key.Hour), key.Currency, key.Type, key.Reason, gain.Count, gain.Amount);
        }
    }
}

/// <summary>Makes the figures anew from the log: after a repair, or when a program that counted otherwise was replaced.</summary>
public sealed class FigureRebuild(WriteLane lane, FactPump pump, AuditLog audit)
{
    /// <summary>Returns when the figures stand again. Facts that arrive meanwhile are counted too, once.</summary>
    public async Task RunAsync(Actor actor, CancellationToken cancellationToken)
    {
        await lane.RunAsync(
            unit =>
            {
                unit.Execute("DELETE FROM hourly_figures");
                FactPlace.Rewind(unit, FigureKeeper.Consumer);
                audit.Write(unit, new AuditEntry(actor, "figures.rebuild", FigureKeeper.Consumer));
                return 0;
            },
            cancellationToken).ConfigureAwait(false);
        await pump.CatchUpAsync(cancellationToken).ConfigureAwait(false);
    }
}
