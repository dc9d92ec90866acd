using Microsoft.Extensions.DependencyInjection;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Wallets;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Wallets;

/// <summary>Statements: opening and movements come to the closing balance, whatever the span and the pages.</summary>
public sealed class StatementTests : IAsyncLifetime
{
    private static readonly Currency Usd = Currency.Of("USD");
    private PortalServer _server = null!;
    private PayoutSeed _seed = null!;

    private StatementQueries Queries => _server.Services.GetRequiredService<StatementQueries>();

    public async Task InitializeAsync()
    {
        _server = await PortalServer.StartAsync();
        _seed = new PayoutSeed(_server.Services);
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Pages_FollowEachOtherWithoutGapAndEndAtTheOpening()
    {
        var seller = await _seed.SellerAsync("seller-pages", 25);
        var (cursor, seen, expected) = ((string?)null, 0, 25 * 1250L);
        do
        {
            var page = await Queries.ReadAsync(seller, Usd, default, cursor, 10, CancellationToken.None);
            foreach (var line in page.Lines)
            {
                Assert.Equal(expected, line.Balance.Minor);
                expected -= line.Amount.Minor;
                seen++;
            }
            Assert.Equal((25 * 1250L, 0L), (page.Closing.Minor, page.Opening.Minor));
            Assert.Equal((page.Lines[0].Balance.Minor, expected), (page.Top.Minor, page.Bottom.Minor));
            cursor = page.Next;
        }
        while (cursor is not null);

        Assert.Equal((25, 0L), (seen, expected));
    }

    [Fact]
    public async Task Span_HasItsOwnOpeningAndClosing()
    {
        var seller = await _seed.SellerAsync("seller-span", 3);
        _server.Time.Advance(TimeSpan.FromDays(1));
        var from = _server.Time.GetUtcNow();
        await _seed.SellerAsync("seller-span", 2);
        _server.Time.Advance(TimeSpan.FromDays(1));
        var to = _server.Time.GetUtcNow();
        await _seed.SellerAsync("seller-span", 4);

        var page = await Queries.ReadAsync(seller, Usd, new MomentRange(from, to), null, 10, CancellationToken.None);
        var before = await Queries.ReadAsync(seller, Usd, new MomentRange(null, from), null, 10, CancellationToken.None);
        var later = await Queries.ReadAsync(seller, Usd, new MomentRange(_server.Time.GetUtcNow() + TimeSpan.FromDays(9), null), null, 10, CancellationToken.None);

        Assert.Equal((2, 3 * 1250L, 5 * 1250L), (page.Lines.Count, page.Opening.Minor, page.Closing.Minor));
        Assert.Equal((3, 0L, 3 * 1250L), (before.Lines.Count, before.Opening.Minor, before.Closing.Minor));
        Assert.Equal((0, 9 * 1250L, 9 * 1250L), (later.Lines.Count, later.Opening.Minor, later.Closing.Minor));
    }

    [Fact]
    public async Task Stream_AgreesWithThePages()
    {
        var seller = await _seed.SellerAsync("seller-stream", 7);

        var streamed = new List<StatementLine>();
        await foreach (var line in Queries.StreamAsync(seller, Usd, default, CancellationToken.None)) streamed.Add(line);
        var page = await Queries.ReadAsync(seller, Usd, default, null, 50, CancellationToken.None);

        Assert.Equal(page.Lines.Reverse(), streamed);
    }

    [Fact]
    public async Task Seller_WithoutMoney_HasAnEmptyStatement()
    {
        var seller = await _seed.SellerAsync("seller-none", 0);

        var page = await Queries.ReadAsync(seller, Usd, default, "no cursor", 50, CancellationToken.None);

        Assert.Equal((0, 0L, 0L), (page.Lines.Count, page.Opening.Minor, page.Closing.Minor));
    }
}
