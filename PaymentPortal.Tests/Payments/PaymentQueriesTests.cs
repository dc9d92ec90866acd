using PaymentPortal.Core.Common;
using PaymentPortal.Core.Payments;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Payments;

/// <summary>2,000 payments in a store that the tests of this class only read.</summary>
public sealed class SeededStore : IAsyncLifetime
{
    public TestStore Store { get; private set; } = null!;

    public IReadOnlyList<SeededPayment> Payments { get; private set; } = [];

    public PaymentQueries Queries { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Store = await TestStore.CreateAsync();
        Payments = await new PaymentSeed(Store.Lane, Store.Cipher, Store.Chain, Store.Time).AddAsync(2_000);
        var buyers = new Buyers(Store.Cipher);
        Queries = new PaymentQueries(Store.Databases, new PaymentSearch(buyers), new PaymentRows(buyers), Store.Time);
    }

    public async Task DisposeAsync() => await Store.DisposeAsync();
}

public sealed class PaymentQueriesTests(SeededStore seeded) : IClassFixture<SeededStore>
{
    private PaymentQueries Queries => seeded.Queries;

    [Fact]
    public async Task List_First_IsTheNewestOnTop()
    {
        var page = await ReadAsync(PaymentFilter.None, PagePlace.First);

        Assert.Equal(seeded.Payments.Reverse().Take(25).Select(payment => payment.Id), page.Rows.Select(row => row.Id));
        Assert.Null(page.Previous);
    }

    [Theory]
    [InlineData(PaymentSort.NewestFirst)]
    [InlineData(PaymentSort.OldestFirst)]
    public async Task Cursors_Forwards_WalkEverythingOnce(PaymentSort sort)
    {
        var walked = await WalkAsync(PaymentFilter.None, sort, forwards: true);

        var expected = sort == PaymentSort.OldestFirst ? seeded.Payments : seeded.Payments.Reverse();
        Assert.Equal(expected.Select(payment => payment.Id), walked);
    }

    [Fact]
    public async Task Cursors_Backwards_WalkTheSameBackwards()
    {
        var walked = await WalkAsync(PaymentFilter.None, PaymentSort.NewestFirst, forwards: false);

        Assert.Equal(seeded.Payments.Reverse().Select(payment => payment.Id), walked);
    }

    [Theory]
    [InlineData(PaymentSort.NewestFirst)]
    [InlineData(PaymentSort.SmallestFirst)]
    public async Task Export_OfMoreThanAChunk_HasEachPaymentOnceInTheOrderOfTheList(PaymentSort sort)
    {
        var filter = sort == PaymentSort.NewestFirst ? PaymentFilter.None : new PaymentFilter { Currency = Currency.Of("USD") };
        using var file = new StringWriter();

        await new PaymentExport(Queries).WriteAsync(filter, sort, file, CancellationToken.None);

        Assert.Equal((await WalkAsync(filter, sort, forwards: true)).Select(id => id.Value), file.ToString().Split("\r\n")[1..^1].Select(line => line.Split(',')[0]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Cursors_BySizeOfAmount_WalkACurrencyOnce(bool forwards)
    {
        var filter = new PaymentFilter { Currency = Currency.Of("USD") };

        var walked = await WalkAsync(filter, PaymentSort.LargestFirst, forwards);

        var expected = seeded.Payments.Where(payment => payment.Total.Currency.Code == "USD").OrderByDescending(payment => payment.Total.Minor).ThenByDescending(payment => payment.Id.Value, StringComparer.Ordinal);
        Assert.Equal(expected.Select(payment => payment.Id), walked);
    }

    [Fact]
    public async Task Cursors_OverSeveralStates_KeepOneOrder()
    {
        var filter = new PaymentFilter { States = [PaymentState.Failed, PaymentState.NeedsAttention, PaymentState.Retrying] };

        var walked = await WalkAsync(filter, PaymentSort.NewestFirst, forwards: true);

        SeedShape[] shapes = [SeedShape.Failed, SeedShape.Overdue, SeedShape.PaidLate, SeedShape.Retrying];
        Assert.Equal(seeded.Payments.Reverse().Where(payment => shapes.Contains(payment.Shape)).Select(payment => payment.Id), walked);
    }

    [Theory]
    [InlineData(PaymentState.Created, SeedShape.Created)]
    [InlineData(PaymentState.RequiresAction, SeedShape.AtPsp)]
    [InlineData(PaymentState.Processing, SeedShape.Starting, SeedShape.CancelAsked, SeedShape.Confirming)]
    [InlineData(PaymentState.Retrying, SeedShape.Retrying)]
    [InlineData(PaymentState.DeadLettered, SeedShape.Dead)]
    [InlineData(PaymentState.NeedsAttention, SeedShape.Overdue, SeedShape.PaidLate)]
    [InlineData(PaymentState.Succeeded, SeedShape.Paid)]
    [InlineData(PaymentState.Failed, SeedShape.Failed)]
    [InlineData(PaymentState.Canceled, SeedShape.Canceled)]
    [InlineData(PaymentState.Expired, SeedShape.Expired)]
    public async Task States_AsSetAndAsRule_Agree(PaymentState state, params SeedShape[] shapes)
    {
        var page = await Queries.ListAsync(new PaymentFilter { States = [state] }, PaymentSort.NewestFirst, PagePlace.First, 100, CancellationToken.None);
        var count = await Queries.CountAsync(new PaymentFilter { States = [state] }, CancellationToken.None);

        Assert.All(page.Rows, row => Assert.Equal(state, row.State));
        Assert.Equal(seeded.Payments.Count(payment => shapes.Contains(payment.Shape)), count);
    }

    [Fact]
    public async Task Counts_OfAllStates_AddUpToAll()
    {
        var counts = await Queries.CountAsync(PaymentFilter.None, [.. Enum.GetValues<PaymentState>().Select(state => new[] { state })], CancellationToken.None);

        Assert.Equal(await seeded.Store.ScalarAsync("SELECT COUNT(*) FROM payment_events"), counts.Sum());
    }

    [Theory]
    [InlineData("currency = 'JPY'", "JPY", null, null)]
    [InlineData("currency = 'KWD' AND amount >= 1000000 AND amount <= 2000000", "KWD", 1_000_000, 2_000_000)]
    [InlineData("currency = 'USD' AND amount >= 200000", "USD", 200_000, null)]
    public async Task Count_ByAmount_EqualsSql(string where, string currency, int? least, int? most)
    {
        var filter = new PaymentFilter { Currency = Currency.Of(currency), AtLeast = least, AtMost = most };

        Assert.Equal(await seeded.Store.ScalarAsync("SELECT COUNT(*) FROM payment_events WHERE " + where), await Queries.CountAsync(filter, CancellationToken.None));
    }

    [Fact]
    public async Task Count_ByTime_EqualsSql()
    {
        var (from, to) = (seeded.Payments[300].CreatedAt, seeded.Payments[800].CreatedAt);

        var count = await Queries.CountAsync(new PaymentFilter { Created = new MomentRange(from, to) }, CancellationToken.None);

        Assert.Equal(500, count);
    }

    [Fact]
    public async Task Count_OfManyFiltersTogether_EqualsSql()
    {
        var filter = new PaymentFilter { States = [PaymentState.Succeeded], Currency = Currency.Of("USD"), AtLeast = 10_000, Created = new MomentRange(seeded.Payments[200].CreatedAt, null) };

        var expected = await seeded.Store.ScalarAsync($"SELECT COUNT(*) FROM payment_events WHERE status = 'SUCCESS' AND currency = 'USD' AND amount >= 10000 AND created_at >= {seeded.Payments[200].CreatedAt.ToMicroseconds()}");
        Assert.Equal(expected, await Queries.CountAsync(filter, CancellationToken.None));
    }

    [Theory]
    [InlineData("buyer-7", null)]
    [InlineData(null, "seller-3")]
    public async Task Count_ByPerson_EqualsSql(string? buyer, string? seller)
    {
        var count = await Queries.CountAsync(new PaymentFilter { BuyerAccount = buyer, Seller = seller }, CancellationToken.None);

        Assert.Equal(seeded.Payments.Count(payment => payment.Buyer == (buyer ?? payment.Buyer) && payment.Seller == (seller ?? payment.Seller)), count);
    }

    [Fact]
    public async Task Search_ByAnyIdOfAPayment_FindsIt()
    {
        var wanted = seeded.Payments.First(payment => payment.Shape == SeedShape.Paid);
        var entry = await seeded.Store.RunAsync(unit => unit.QueryFirst("SELECT entry_id FROM journal_entries WHERE checkout_id = $1", row => row.GetString(0), wanted.Id.Value));
        string[] ids = [wanted.Id.Value, wanted.Order.Value, wanted.Attempt!.Value.Value, wanted.Session!, wanted.Intent!, wanted.Charge!, entry!, wanted.Reference];

        foreach (var id in ids)
        {
            var page = await ReadAsync(new PaymentFilter { Search = id }, PagePlace.First);
            Assert.Equal(wanted.Id, Assert.Single(page.Rows).Id);
        }
    }

    [Fact]
    public async Task Search_ByTheNumberOnTheReceipt_FindsThatOneInAnyCase()
    {
        var wanted = seeded.Payments[1_234].Id;

        var found = await ReadAsync(new PaymentFilter { Search = " " + BuyerReference.Of(wanted).ToLowerInvariant() }, PagePlace.First);

        Assert.Equal([wanted], found.Rows.Select(row => row.Id));
    }

    [Fact]
    public async Task Search_ByEmail_FindsAllOfThatPersonInAnyCase() =>
        Assert.Equal(seeded.Payments.Count(payment => payment.Buyer == "buyer-7"), await Queries.CountAsync(new PaymentFilter { Search = " Anna.7@Example.com " }, CancellationToken.None));

    [Fact]
    public async Task Search_ByLast4_FindsTheCards()
    {
        var expected = await seeded.Store.ScalarAsync("SELECT COUNT(DISTINCT checkout_id) FROM attempt_charges WHERE card_last4 = '4007'");

        Assert.Equal(expected, await Queries.CountAsync(new PaymentFilter { Search = "4007" }, CancellationToken.None));
    }

    [Fact]
    public async Task Search_ByAmountInWords_FindsThatAmountOnly()
    {
        var page = await ReadAsync(new PaymentFilter { Search = "20.00 usd" }, PagePlace.First);

        Assert.NotEmpty(page.Rows);
        Assert.All(page.Rows, row => Assert.Equal(new Money(2_000, Currency.Of("USD")), row.Total));
    }

    [Fact]
    public async Task Search_ByNothingOfOurs_FindsNothing() => Assert.Empty((await ReadAsync(new PaymentFilter { Search = "chk_nonsense" }, PagePlace.First)).Rows);

    [Fact]
    public async Task Row_OfADecline_ShowsCardAndCodeAndAMaskedCustomer()
    {
        var wanted = seeded.Payments.First(payment => payment.Shape == SeedShape.Failed);

        var row = Assert.Single((await ReadAsync(new PaymentFilter { Search = wanted.Id.Value }, PagePlace.First)).Rows);

        Assert.Equal(("visa", "a***@example.com", 1, 1), (row.CardBrand, row.Customer, row.Attempts, row.Declines));
        Assert.Contains(row.FailureCode, new[] { "insufficient_funds", "do_not_honor", "expired_card" });
    }

    [Fact]
    public async Task CountNewer_AfterTheTopOfAList_CountsWhatCameSince() =>
        Assert.Equal(12, await Queries.CountNewerAsync(PaymentFilter.None, seeded.Payments[^13].Id, CancellationToken.None));

    [Fact]
    public async Task Neighbours_InAFilteredList_AreThoseOfThatList()
    {
        var failed = seeded.Payments.Where(payment => payment.Shape == SeedShape.Failed).ToList();
        var filter = new PaymentFilter { States = [PaymentState.Failed] };

        Assert.Equal((failed[6].Id, failed[4].Id), await Queries.NeighboursAsync(filter, failed[5].Id, CancellationToken.None));
        Assert.Equal((null, failed[^2].Id), await Queries.NeighboursAsync(filter, failed[^1].Id, CancellationToken.None));
    }

    [Fact]
    public async Task Plans_OfHotLists_ReadAnIndexInOrder()
    {
        var (day, usd) = (new MomentRange(seeded.Payments[1000].CreatedAt, null), Currency.Of("USD"));
        (PaymentFilter Filter, PaymentSort Sort, PagePlace Place)[] hot =
        [
            (new PaymentFilter { Created = day }, PaymentSort.NewestFirst, PagePlace.First),
            (PaymentFilter.None, PaymentSort.NewestFirst, new PagePlace(After: seeded.Payments[1000].Id.Value)),
            (PaymentFilter.None, PaymentSort.NewestFirst, new PagePlace(Before: seeded.Payments[1000].Id.Value)),
            (new PaymentFilter { States = [PaymentState.Succeeded] }, PaymentSort.NewestFirst, PagePlace.First),
            (new PaymentFilter { States = [PaymentState.Retrying] }, PaymentSort.NewestFirst, PagePlace.First),
            (new PaymentFilter { States = [PaymentState.NeedsAttention, PaymentState.DeadLettered] }, PaymentSort.NewestFirst, PagePlace.First),
            (new PaymentFilter { BuyerAccount = "buyer-7" }, PaymentSort.NewestFirst, PagePlace.First),
            (new PaymentFilter { Reference = "order-00007" }, PaymentSort.NewestFirst, PagePlace.First),
            (new PaymentFilter { Currency = usd, AtLeast = 10_000 }, PaymentSort.LargestFirst, PagePlace.First),
            (new PaymentFilter { Search = "anna.7@example.com" }, PaymentSort.NewestFirst, PagePlace.First),
            (new PaymentFilter { Search = "cs_test_00007" }, PaymentSort.NewestFirst, PagePlace.First),
            (new PaymentFilter { Search = "4007" }, PaymentSort.NewestFirst, PagePlace.First),
        ];

        foreach (var (filter, sort, place) in hot)
        {
            var plan = await QueryPlan.OfAsync(seeded.Store, () => Queries.ListAsync(filter, sort, place, 25, CancellationToken.None));
            Assert.Empty(QueryPlan.FullScans(plan));
        }
    }

    private Task<ListSlice<PaymentListRow>> ReadAsync(PaymentFilter filter, PagePlace place) =>
        Queries.ListAsync(filter, PaymentSort.NewestFirst, place, 25, CancellationToken.None);

    private async Task<List<CheckoutId>> WalkAsync(PaymentFilter filter, PaymentSort sort, bool forwards)
    {
        var walked = new List<CheckoutId>();
        var place = forwards ? PagePlace.First : new PagePlace(IsLast: true);
        while (true)
        {
            var page = await Queries.ListAsync(filter, sort, place, 100, CancellationToken.None);
            if (forwards) walked.AddRange(page.Rows.Select(row => row.Id));
            else walked.InsertRange(0, page.Rows.Select(row => row.Id));
            if ((forwards ? page.Next : page.Previous) is not { } cursor) return walked;
            place = forwards ? new PagePlace(After: cursor) : new PagePlace(Before: cursor);
        }
    }
}
