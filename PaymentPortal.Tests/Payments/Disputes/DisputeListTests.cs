using PaymentPortal.Core.Common;
using PaymentPortal.Core.Payments.Disputes;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Payments.Disputes;

/// <summary>The list of disputes goes by the end of the time for evidence, the most urgent first, in whatever direction and pages it is read.</summary>
public sealed class DisputeListTests
{
    /// <summary>Due in so many days; two of one moment go by id, and one is over.</summary>
    private static readonly (string Id, int Due, string Status)[] Rows =
    [
        ("dsp_a", 9, "NEEDS_RESPONSE"), ("dsp_b", 2, "UNDER_REVIEW"), ("dsp_c", 5, "INQUIRY"), ("dsp_d", 5, "NEEDS_RESPONSE"), ("dsp_e", 1, "LOST"), ("dsp_f", 7, "NEEDS_RESPONSE"), ("dsp_g", -3, "NEEDS_RESPONSE"),
    ];

    private static readonly string[] ByDue = ["dsp_g", "dsp_e", "dsp_b", "dsp_c", "dsp_d", "dsp_f", "dsp_a"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(50)]
    public async Task Pages_ForwardsAndBackwards_HaveEachDisputeOnceByItsDueDate(int size)
    {
        await using var store = await FilledAsync();
        var queries = Queries(store);
        var (forwards, backwards) = (new List<string>(), new List<string>());

        for (var place = PagePlace.First; place is not null;)
        {
            var page = await queries.ListAsync(new DisputeFilter(), place, size, CancellationToken.None);
            forwards.AddRange(page.Rows.Select(row => row.DisputeId));
            place = page.Next is { } next ? new PagePlace(After: next) : null;
        }
        for (var place = new PagePlace(IsLast: true); place is not null;)
        {
            var page = await queries.ListAsync(new DisputeFilter(), place, size, CancellationToken.None);
            backwards.InsertRange(0, page.Rows.Select(row => row.DisputeId));
            place = page.Previous is { } previous ? new PagePlace(Before: previous) : null;
        }

        Assert.Equal(ByDue, forwards);
        Assert.Equal(ByDue, backwards);
    }

    [Fact]
    public async Task Filters_KeepTheOrder_AndCountWhatTheyShow()
    {
        await using var store = await FilledAsync();
        var open = new DisputeFilter(IsOpen: true);

        var page = await Queries(store).ListAsync(open, PagePlace.First, 50, CancellationToken.None);

        Assert.Equal(ByDue.Where(id => id != "dsp_e"), page.Rows.Select(row => row.DisputeId));
        Assert.Equal((6, 4), (await Queries(store).CountAsync(open, CancellationToken.None), await Queries(store).CountAsync(new DisputeFilter(DisputeStatus.NeedsResponse), CancellationToken.None)));
        Assert.Equal("dsp_c", Assert.Single((await Queries(store).ListAsync(new DisputeFilter(About: "ch_dsp_c"), PagePlace.First, 50, CancellationToken.None)).Rows).DisputeId);
    }

    [Fact]
    public async Task Urgent_CountsWhatRunsOutSoonAndNamesTheNearest()
    {
        await using var store = await FilledAsync();

        var (count, nearest) = await Queries(store).UrgentAsync(CancellationToken.None);

        // Within three days and not answered yet: the review is the bank's turn, and a lost one is over.
        Assert.Equal((1, store.Time.GetUtcNow().AddDays(-3)), (count, nearest));
    }

    private static DisputeQueries Queries(TestStore store) => new(store.Databases, new EvidenceText(store.Cipher), DisputeSettings.Usual, store.Time);

    private static async Task<TestStore> FilledAsync()
    {
        var store = await TestStore.CreateAsync();
        await store.RunAsync(unit =>
        {
            foreach (var (id, due, status) in Rows)
            {
                unit.Execute(
                    """
                    INSERT INTO disputes (dispute_id, psp_dispute_id, status, checkout_id, session_id, charge_id, amount, fee, currency, reason, is_withdrawn, bearer, due_by, evidence_version, staged_version, opened_at, created_at, updated_at, row_version, history_version)
                    VALUES ($1, $2, $3, 'chk_1', 'cs_1', $4, 100, 0, 'USD', 'fraudulent', 0, 'Seller', $5, 0, 0, $6, $6, $6, 0, 1)
                    """,
                    id, "dp_" + id, status, "ch_" + id, unit.Now.AddDays(due), unit.Now);
            }
            return 0;
        });
        return store;
    }
}
