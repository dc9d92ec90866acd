using PaymentPortal.Core.Analytics;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Events;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Analytics;

/// <summary>The hourly figures count each fact once, can be made anew, and are checked against the log.</summary>
public sealed class FigureKeeperTests
{
    [Fact]
    public async Task Figures_OfAnHour_CountEndsAndAddAmountsPerCurrency()
    {
        await using var log = await FactLog.StartAsync(new FigureKeeper());
        await FillAsync(log);

        await log.RunAsync();

        var span = await ReadAsync(log);
        var usd = Assert.Single(span.Steps, step => step.Currency.Code == "USD");
        Assert.Equal((3, 2, 1, 0, 1), (usd.Created, usd.Succeeded, usd.Failed, usd.Unpaid, usd.Declined));
        Assert.Equal("30.50", usd.Volume.ToString());
        var jpy = Assert.Single(span.Steps, step => step.Currency.Code == "JPY");
        Assert.Equal(("500", 1L), (jpy.Volume.ToString(), jpy.Succeeded));
        Assert.Equal([new FigureReason("insufficient_funds", 1)], span.Reasons);
    }

    [Fact]
    public async Task Figures_OfTwoHours_StandInTheirSteps()
    {
        await using var log = await FactLog.StartAsync(new FigureKeeper());
        await SucceedAsync(log, "a", "10.00");
        log.Store.Time.Advance(TimeSpan.FromHours(1));
        await SucceedAsync(log, "b", "20.00");
        await log.RunAsync();

        var hours = await ReadAsync(log);
        var whole = await new FigureQueries(log.Store.Dialect).ReadAsync(log.Store.Time.GetUtcNow().AddHours(-2), log.Store.Time.GetUtcNow().AddHours(1), TimeSpan.FromHours(3), CancellationToken.None);

        Assert.Equal(["10.00", "20.00"], hours.Steps.Select(step => step.Volume.ToString()));
        Assert.Equal(["30.00"], whole.Steps.Select(step => step.Volume.ToString()));
    }

    [Fact]
    public async Task Rebuild_OfRightFigures_GivesTheSameRows()
    {
        await using var log = await FactLog.StartAsync(new FigureKeeper());
        await FillAsync(log);
        await log.RunAsync();
        var before = await RowsAsync(log);

        await RebuildAsync(log);

        Assert.Equal(before, await RowsAsync(log));
    }

    [Theory]
    [InlineData("UPDATE hourly_figures SET amount = amount + 1 WHERE type = 'checkout.succeeded'")]
    [InlineData("DELETE FROM hourly_figures WHERE currency = 'JPY'")]
    [InlineData("INSERT INTO hourly_figures (hour, currency, type, reason, count, amount) VALUES (0, 'USD', 'checkout.created', '', 1, 1)")]
    public async Task WrongFigures_AreFoundAndMendedByARebuild(string damage)
    {
        await using var log = await FactLog.StartAsync(new FigureKeeper());
        await FillAsync(log);
        await log.RunAsync();
        Assert.Empty(await FindAsync(log));

        await log.Store.ExecuteAsync(damage);
        Assert.NotEmpty(await FindAsync(log));

        await RebuildAsync(log);
        Assert.Empty(await FindAsync(log));
    }

    private static async Task FillAsync(FactLog log)
    {
        await SucceedAsync(log, "a", "10.00");
        await log.AddAsync("a-att", EventTypes.AttemptDeclined, """{"amount":"10.00","currency":"USD","code":"insufficient_funds"}""");
        await SucceedAsync(log, "b", "20.50");
        await SucceedAsync(log, "c", "500", "JPY");
        await log.AddAsync("d", EventTypes.CheckoutCreated, """{"amount":"1.00","currency":"USD","cause":"Created"}""");
        await log.AddAsync("d", EventTypes.CheckoutFailed, """{"amount":"1.00","currency":"USD","cause":"TooManyDeclines"}""");
    }

    private static async Task SucceedAsync(FactLog log, string aggregate, string amount, string currency = "USD")
    {
        var data = $$"""{"amount":"{{amount}}","currency":"{{currency}}","cause":"SessionPaid"}""";
        await log.AddAsync(aggregate, EventTypes.CheckoutCreated, data);
        await log.AddAsync(aggregate, EventTypes.CheckoutSucceeded, data);
    }

    private static Task RebuildAsync(FactLog log) =>
        new FigureRebuild(log.Store.Lane, log.Pump, new AuditLog(log.Store.Chain)).RunAsync(Actor.Program("test"), CancellationToken.None);

    private static Task<FigureSpan> ReadAsync(FactLog log)
    {
        var now = log.Store.Time.GetUtcNow();
        return new FigureQueries(log.Store.Dialect).ReadAsync(now.AddHours(-5), now.AddHours(1), TimeSpan.FromHours(1), CancellationToken.None);
    }

    private static Task<List<string>> RowsAsync(FactLog log) => log.Store.RunAsync(unit => unit.Query(
        "SELECT hour || currency || type || reason || ':' || count || ':' || amount FROM hourly_figures ORDER BY 1", row => row.GetString(0)));

    private static async Task<IReadOnlyList<string>> FindAsync(FactLog log)
    {
        await using var reader = log.Store.Dialect.OpenReader();
        return (await new FigureInvariant().CheckAsync(reader, CancellationToken.None)).Violations;
    }
}
