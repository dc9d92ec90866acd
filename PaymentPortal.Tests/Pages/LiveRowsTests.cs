using PaymentPortal.Pages.Live;
using PaymentPortal.Pages.Parts;

namespace PaymentPortal.Tests.Pages;

public sealed class LiveRowsTests
{
    private static readonly ListPage<Row> Shown = new([new("a", 1), new("b", 1), new("c", 1)], 3, null, null);

    [Fact]
    public void Rows_StayWhereTheyAre_WhateverTheirNewOrder_AndNewOnesAreCounted()
    {
        var (page, unseen) = LiveRows.Merge(Shown, [new("d", 9), new("c", 2), new("a", 3), new("e", 9)], row => row.Id);

        Assert.Equal([new Row("a", 3), new Row("b", 1), new Row("c", 2)], page.Rows);
        Assert.Equal(2, unseen);
    }

    [Fact]
    public void Rows_ThatAreGone_AreMarkedInTheirPlace() =>
        Assert.Equal([new Row("a", 0), new Row("b", 5), new Row("c", 0)], LiveRows.Merge(Shown, [new("b", 5)], row => row.Id, row => row with { Value = 0 }).Page.Rows);

    private sealed record Row(string Id, int Value);
}
