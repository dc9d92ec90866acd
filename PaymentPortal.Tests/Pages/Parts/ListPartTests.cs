using Bunit;
using PaymentPortal.Pages.Parts;

namespace PaymentPortal.Tests.Pages.Parts;

public sealed class ListPartTests : PartsContext
{
    private static readonly FilterField[] Fields =
    [
        new("q", "Search", FilterKind.Text),
        new("status", "Status", FilterKind.Many, [new("failed", "Failed"), new("retrying", "Retrying")]),
        new("created", "Created", FilterKind.Dates, FilterField.Spans),
    ];

    [Fact]
    public void FilterBar_ActiveFilters_HaveOneChipEachThatTakesThemOut()
    {
        var bar = FilterBar("/payments?after=abc&created=last_7d&size=50&status=failed,retrying");
        var chips = bar.FindAll(".pp-active-chip").Select(chip => (chip.TextContent, chip.GetAttribute("href"))).ToArray();
        Assert.Equal(
        [
            ("Status: Failed", "/payments?created=last_7d&size=50&status=retrying"),
            ("Status: Retrying", "/payments?created=last_7d&size=50&status=failed"),
            ("Created: Last 7 days", "/payments?size=50&status=failed,retrying"),
        ], chips);
        Assert.Equal("/payments?size=50", bar.Find(".pp-clear").GetAttribute("href"));
    }

    [Fact]
    public void FilterBar_Form_CarriesSizeAlongAndLeavesTheCursor()
    {
        var bar = FilterBar("/payments?after=abc&size=50&status=failed");
        Assert.Equal("get", bar.Find("form").GetAttribute("method"));
        Assert.Equal(["size"], bar.FindAll("input[type=hidden]").Select(input => input.GetAttribute("name")));
        Assert.True(bar.Find("input[value=failed]").HasAttribute("checked"));
    }

    [Fact]
    public void List_NoRows_ShowsTheEmptyTextAndStillItsPager()
    {
        var list = List(new ListPage<string>([], 0, null, null));
        Assert.Contains("No payment matches", list.Find("[data-testid=empty]").TextContent);
        Assert.Equal(4, list.FindAll(".pp-pager [aria-disabled=true]").Count);
        Assert.StartsWith("0", list.Find("[data-testid=count]").TextContent);
    }

    [Fact]
    public void List_MiddlePage_LinksToAllFourNeighbours()
    {
        var list = List(new ListPage<string>(["a", "b"], 12_000, "PREV", "NEXT"));
        Assert.Equal(
            ["/payments?q=x", "/payments?before=PREV&q=x", "/payments?after=NEXT&q=x", "/payments?before=end&q=x"],
            list.FindAll(".pp-pager-moves a").Select(link => link.GetAttribute("href")));
        Assert.StartsWith("10,000+", list.Find("[data-testid=count]").TextContent);
        Assert.Equal(["a", "b"], list.FindAll("tbody tr").Select(row => row.GetAttribute("data-id")));
    }

    [Fact]
    public void List_StillReading_IsBusy() => Assert.Equal("true", List(null).Find("[data-pp-list]").GetAttribute("aria-busy"));

    [Fact]
    public void List_ReadFailed_KeepsTheLastRowsBelowTheError()
    {
        var list = List(new ListPage<string>(["a"], 1, null, null), "The payments could not be read.");
        Assert.Contains("could not be read", list.Find("[data-testid=error]").TextContent);
        Assert.Contains("pp-stale", list.Find("[data-pp-list]").ClassName);
        Assert.Single(list.FindAll("tbody tr"));
    }

    [Theory]
    [InlineData("/payments", "descending", "/payments?sort=created")]
    [InlineData("/payments?sort=created", "ascending", "/payments?sort=-created")]
    [InlineData("/payments?sort=-amount", null, "/payments?sort=-created")]
    public void SortHead_Always_TellsAndTurnsTheOrder(string address, string? order, string next)
    {
        var head = Render<PpSortHead>(part => part.Add(p => p.Key, "created").Add(p => p.Label, "Created (UTC)").Add(p => p.Url, ListUrl.Read(address)).Add(p => p.Default, "-created"));
        Assert.Equal(order, head.Find("th").GetAttribute("aria-sort"));
        Assert.Equal(next, head.Find("a").GetAttribute("href"));
    }

    private IRenderedComponent<PpFilterBar> FilterBar(string address) => Render<PpFilterBar>(part => part.Add(p => p.Url, ListUrl.Read(address)).Add(p => p.Fields, Fields));

    private IRenderedComponent<PpList<string>> List(ListPage<string>? page, string? error = null) => Render<PpList<string>>(part => part
        .Add(p => p.Title, "Payments").Add(p => p.Noun, "payments").Add(p => p.Url, ListUrl.Read("/payments?q=x")).Add(p => p.Page, page).Add(p => p.RowId, row => row)
        .Add(p => p.Error, error).Add(p => p.Head, "<th>Id</th>").Add(p => p.Row, row => $"<td>{row}</td>")
        .Add(p => p.Empty, builder =>
        {
            builder.OpenComponent<PpEmpty>(0);
            builder.AddAttribute(1, nameof(PpEmpty.Title), "No payment matches");
            builder.CloseComponent();
        }));
}
