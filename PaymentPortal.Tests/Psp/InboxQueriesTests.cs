using Microsoft.Extensions.Logging.Abstractions;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Psp;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Psp;

/// <summary>Every delivery of the PSP is listed with its verdict.</summary>
public sealed class InboxQueriesTests : IAsyncLifetime
{
    private TestStore _store = null!;
    private PspInbox _inbox = null!;

    private InboxQueries Queries => new(_store.Dialect, _store.Cipher);

    public async Task InitializeAsync()
    {
        _store = await TestStore.CreateAsync();
        _inbox = new PspInbox(_store.Lane, _store.Cipher, new PspMode(IsLive: false), NullLogger<PspInbox>.Instance);
    }

    public async Task DisposeAsync() => await _store.DisposeAsync();

    [Fact]
    public async Task Deliveries_InAnyOrderAndTwice_HaveTheirVerdicts()
    {
        await ReceiveAsync("evt_late", second: 10);
        await ReceiveAsync("evt_early", second: 0);
        await ReceiveAsync("evt_early", second: 0);
        await ReceiveAsync("evt_tie", second: 10);
        await _store.ExecuteAsync("UPDATE psp_inbox SET state = 'Applied', applied_at = 1");
        await ReceiveAsync("evt_other", second: 0, attempt: "att_2");
        await _store.ExecuteAsync("UPDATE psp_inbox SET state = 'UnknownObject', applied_at = 1 WHERE event_id = 'evt_other'");
        await ReceiveAsync("evt_odd", second: 0, attempt: null);
        await _store.ExecuteAsync("UPDATE psp_inbox SET state = 'Ignored', applied_at = 1 WHERE event_id = 'evt_odd'");
        await ReceiveAsync("evt_new", second: 20);
        await _inbox.AddListedAsync([Event("evt_lost", 5, "att_1"), Event("evt_new", 20, "att_1")], CancellationToken.None);

        var list = await Queries.ListAsync(new InboxFilter(), PagePlace.First, 25, CancellationToken.None);

        Assert.Equal(
            ["evt_lost NeverCame", "evt_new Waiting", "evt_odd Ignored", "evt_other UnknownObject", "evt_tie Verified", "evt_early Duplicate", "evt_early OutOfOrder", "evt_late Verified"],
            list.Rows.Select(row => $"{row.EventId} {row.Verdict}"));
        foreach (var verdict in Enum.GetValues<DeliveryVerdict>())
        {
            var filter = new InboxFilter(verdict);
            var some = await Queries.ListAsync(filter, PagePlace.First, 25, CancellationToken.None);
            Assert.Equal(list.Rows.Where(row => row.Verdict == verdict), some.Rows);
            Assert.Equal(some.Rows.Count, await Queries.CountAsync(filter, CancellationToken.None));
        }
    }

    [Fact]
    public async Task List_PagedBothWays_ShowsEachDeliveryOnce()
    {
        for (var at = 0; at < 7; at++) await ReceiveAsync($"evt_{at}", at);
        await ReceiveAsync("evt_3", 3);

        var first = await Queries.ListAsync(new InboxFilter(), PagePlace.First, 3, CancellationToken.None);
        var second = await Queries.ListAsync(new InboxFilter(), new PagePlace(After: first.Next), 3, CancellationToken.None);
        var third = await Queries.ListAsync(new InboxFilter(), new PagePlace(After: second.Next), 3, CancellationToken.None);
        var back = await Queries.ListAsync(new InboxFilter(), new PagePlace(Before: third.Previous), 3, CancellationToken.None);
        var last = await Queries.ListAsync(new InboxFilter(), new PagePlace(IsLast: true), 3, CancellationToken.None);

        Assert.Equal(["evt_3", "evt_6", "evt_5", "evt_4", "evt_3", "evt_2", "evt_1", "evt_0"], first.Rows.Concat(second.Rows).Concat(third.Rows).Select(row => row.EventId));
        Assert.Null(third.Next);
        Assert.Equal(second.Rows, back.Rows);
        Assert.Equal("evt_0", last.Rows[^1].EventId);
        Assert.Equal(first.Rows, (await Queries.ListAsync(new InboxFilter(), new PagePlace(After: "nonsense"), 3, CancellationToken.None)).Rows);
    }

    [Fact]
    public async Task List_AboutOneObjectOrType_ShowsOnlyThat()
    {
        await ReceiveAsync("evt_1", 0);
        await ReceiveAsync("evt_2", 0, "att_2");

        foreach (var about in new[] { "evt_2", "att_2", "cs_evt_2" })
            Assert.Equal("evt_2", Assert.Single((await Queries.ListAsync(new InboxFilter(About: about), PagePlace.First, 25, CancellationToken.None)).Rows).EventId);
        Assert.Empty((await Queries.ListAsync(new InboxFilter(Type: "charge.succeeded"), PagePlace.First, 25, CancellationToken.None)).Rows);
        Assert.Empty((await Queries.ListAsync(new InboxFilter(Received: new MomentRange(_store.Time.GetUtcNow().AddHours(1), null)), PagePlace.First, 25, CancellationToken.None)).Rows);
    }

    [Fact]
    public async Task Event_Read_ShowsItsDeliveriesAndNoPersonalData()
    {
        await ReceiveAsync("evt_1", 0, body: """{"id":"evt_1","data":{"object":{"customer_details":{"email":"anna@example.com"}}}}""");
        await ReceiveAsync("evt_1", 0);

        var details = await Queries.FindAsync("evt_1", CancellationToken.None);

        Assert.Equal([1, 2], details!.Deliveries.Select(delivery => delivery.Number));
        Assert.Contains("evt_1", details.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("anna@example.com", details.Body, StringComparison.Ordinal);
        Assert.Null(await Queries.FindAsync("evt_none", CancellationToken.None));
    }

    [Fact]
    public async Task FloodOfRepeats_IsCountedWholeAndKeptInPart()
    {
        for (var at = 0; at < 150; at++) await ReceiveAsync("evt_1", 0);

        Assert.Equal(150, await _store.ScalarAsync("SELECT deliveries FROM psp_inbox"));
        Assert.Equal(100, await _store.ScalarAsync("SELECT COUNT(*) FROM psp_repeats"));
    }

    private async Task ReceiveAsync(string id, int second, string? attempt = "att_1", string body = "{}")
    {
        await _inbox.ReceiveAsync(Event(id, second, attempt), body, () => { }, CancellationToken.None);
        _store.Time.Advance(TimeSpan.FromSeconds(1));
    }

    private static PspEvent Event(string id, int second, string? attempt) =>
        new(id, "checkout.session.completed", "checkout.session", "cs_" + id, attempt, null, null, false, new DateTimeOffset(2026, 11, 22, 10, 0, second, TimeSpan.Zero));
}
