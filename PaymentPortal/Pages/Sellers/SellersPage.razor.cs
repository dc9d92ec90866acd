using System.Data.Common;
using System.Diagnostics;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Wallets;
using PaymentPortal.Pages.Parts;

namespace PaymentPortal.Pages.Sellers;

/// <summary>Whom do we owe, and how much of it may leave? Sellers by name, with their wallets.</summary>
public sealed partial class SellersPage
{
    private const string Path = "/sellers";

    private static readonly IReadOnlyList<FilterField> Fields = [new("q", "Seller", FilterKind.Text, null, "Seller account, exactly")];

    private ListUrl? _url;
    private ListPage<SellerWallets>? _page;
    private string? _error;
    private string? _reference;

    [Inject] private NavigationManager Navigation { get; set; } = default!;
    [Inject] private WalletQueries Wallets { get; set; } = default!;
    [Inject] private HandOver HandOver { get; set; } = default!;
    [Inject] private ILogger<SellersPage> Logger { get; set; } = default!;

    private string Name => "sellers:" + _url;

    protected override async Task OnInitializedAsync()
    {
        Navigation.LocationChanged += Moved;
        HandOver.Offer(() => (Name, _page));
        await ShowAsync();
    }

    public void Dispose() => Navigation.LocationChanged -= Moved;

    private static string LinkTo(SellerWallets row) => $"/sellers/{Uri.EscapeDataString(row.Seller.Account.Value)}";

    private static RenderFragment Amounts(SellerWallets row, Func<WalletView, Money> pick) => builder =>
    {
        for (var at = 0; at < row.Balances.Count; at++)
        {
            if (at > 0) builder.AddMarkupContent(0, "<br>");
            builder.OpenComponent<PpMoney>(1);
            builder.AddComponentParameter(2, nameof(PpMoney.Value), (Money?)pick(row.Balances[at]));
            builder.CloseComponent();
        }
        if (row.Balances.Count == 0) builder.AddContent(3, "–");
    };

    private void Moved(object? sender, LocationChangedEventArgs change)
    {
        if (ListUrl.Read(change.Location).Path == Path) _ = InvokeAsync(async () => { await ShowAsync(); StateHasChanged(); });
    }

    private async Task ShowAsync()
    {
        _url = ListUrl.Read(Navigation.Uri);
        var wanted = Name;
        try
        {
            var page = HandOver.Take<ListPage<SellerWallets>>(wanted) ?? await ReadAsync(_url);
            // Somebody who has clicked on meanwhile wants the newer address, whichever answer comes last.
            if (wanted == Name) (_page, _error) = (page, null);
        }
        catch (DbException error)
        {
            (_error, _reference) = ("The sellers could not be read.", Activity.Current?.TraceId.ToString() ?? Guid.NewGuid().ToString("N"));
            Log.ReadFailed(Logger, error, _reference);
        }
    }

    private async Task<ListPage<SellerWallets>> ReadAsync(ListUrl url)
    {
        if (url["q"] is { } asked)
        {
            var one = SellerAccount.TryParse(asked, out var seller) ? await Wallets.FindAsync(seller, CancellationToken.None) : null;
            return new ListPage<SellerWallets>(one is null ? [] : [one], one is null ? 0 : 1, null, null);
        }
        var page = await Wallets.ListAsync(url[ListUrl.After], url.PageSize, CancellationToken.None);
        return new ListPage<SellerWallets>(page.Items, null, null, page.Next);
    }
}
