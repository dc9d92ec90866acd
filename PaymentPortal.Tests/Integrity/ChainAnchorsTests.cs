using PaymentPortal.Jobs;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Integrity;

public sealed class ChainAnchorsTests
{
    [Fact]
    public async Task Write_OnlyMovedChains_AreAppended()
    {
        await using var store = await PlantedBooks.CreateAsync();
        using var anchors = store.Anchors();

        Assert.Equal(2, await anchors.WriteAsync(CancellationToken.None));
        Assert.Equal(0, await anchors.WriteAsync(CancellationToken.None));
        Assert.Equal([("audit", 5L), ("main", 10L)], anchors.Read().Anchors.Select(anchor => (anchor.ChainId, anchor.Count)));
    }

    [Fact]
    public async Task Write_AfterARestart_KnowsWhatIsAnchored()
    {
        await using var store = await PlantedBooks.CreateAsync();
        using (var first = store.Anchors()) await first.WriteAsync(CancellationToken.None);
        using var second = store.Anchors();

        Assert.Equal(0, await second.WriteAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Shutdown_AfterTheLastWrite_IsAnchored()
    {
        await using var store = await PlantedBooks.CreateAsync();
        using var anchors = store.Anchors();

        await new LastAnchor(anchors).StopAsync(CancellationToken.None);

        Assert.Equal(2, anchors.Read().Anchors.Count);
    }

    [Fact]
    public async Task Read_TornLastLine_IsIgnoredAndLaterCut()
    {
        await using var store = await PlantedBooks.CreateAsync();
        using var anchors = store.Anchors();
        var file = Path.Combine(store.Directory, "anchors.log");
        await File.WriteAllTextAsync(file, "2026-11-22T10:00:00.00");

        Assert.Empty(anchors.Read().Faults);
        await anchors.WriteAsync(CancellationToken.None);

        Assert.Empty(anchors.Read().Faults);
        Assert.Equal(2, (await File.ReadAllLinesAsync(file)).Length);
    }

    [Fact]
    public async Task Read_DamagedLine_IsAFinding()
    {
        await using var store = await PlantedBooks.CreateAsync();
        await File.WriteAllTextAsync(Path.Combine(store.Directory, "anchors.log"), "not an anchor\n");

        Assert.Contains("chain-cover", await store.BrokenAsync());
    }
}
