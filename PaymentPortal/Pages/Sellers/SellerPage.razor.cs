using Microsoft.AspNetCore.Components;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Payouts;
using PaymentPortal.Core.Wallets;
using PaymentPortal.Pages.Live;
using PaymentPortal.Pages.Parts;

namespace PaymentPortal.Pages.Sellers;

/// <summary>One seller: what we owe him, how he is paid, and his statement.</summary>
public sealed partial class SellerPage
{
    private const int NewestPayouts = 5;

    private Shown? _shown;
    private bool _isUnknown;
    private string? _asked;
    private string _amount = "";
    private IDisposable? _live;

    [Parameter] public string Account { get; set; } = "";

    [CascadingParameter] private HttpContext? Context { get; set; }

    [Inject] private SellerQueries Sellers { get; set; } = default!;
    [Inject] private WalletQueries Wallets { get; set; } = default!;
    [Inject] private PayoutQueries Payouts { get; set; } = default!;
    [Inject] private PayoutService Service { get; set; } = default!;
    [Inject] private NavigationManager Navigation { get; set; } = default!;
    [Inject] private ViewerRights Viewer { get; set; } = default!;
    [Inject] private HandOver HandOver { get; set; } = default!;
    [Inject] private LiveFeed Feed { get; set; } = default!;

    private string Name => "seller:" + Account;

    protected override void OnInitialized() => HandOver.Offer(() => (Name, _shown));

    protected override async Task OnParametersSetAsync()
    {
        if (_asked == Account) return;
        _asked = Account;
        _shown = HandOver.Take<Shown>(Name) ?? await ReadAsync();
        _isUnknown = _shown is null;
        if (_isUnknown) MissingPage.Say(Context);
    }

    protected override void OnAfterRender(bool firstRender)
    {
        // Facts of payouts name no seller outside of their data; one look a second at most is cheap.
        if (firstRender) _live = Feed.Subscribe(fact => fact.AggregateId.StartsWith(PayoutId.Prefix, StringComparison.Ordinal), () => InvokeAsync(async () => { _shown = await ReadAsync() ?? _shown; StateHasChanged(); }));
    }

    public void Dispose() => _live?.Dispose();

    private static string Schedule(SellerProfile profile) => profile.Schedule switch
    {
        PayoutSchedule.Manual => "when somebody asks",
        PayoutSchedule.Daily => "daily, all that is withdrawable",
        PayoutSchedule.Weekly => "weekly, all that is withdrawable",
        PayoutSchedule.Threshold => $"from {(profile.Threshold is { } threshold ? MoneyText.Of(threshold) : "a threshold")} on, once a day",
    };

    private static string? WhyNotPay(Shown shown)
    {
        if (shown.Profile.PspAccount is null) return "He has no account at the PSP: the platform sends his bank account first";
        if (!shown.Profile.IsPayoutsEnabled) return "The PSP does not pay out to him at present";
        if (shown.Profile.BankCurrency is not { } currency) return "His bank account's currency is not known here: the platform asks for his payouts";
        return shown.Wallets.Any(wallet => wallet.Withdrawable.Currency.Code == currency && wallet.Withdrawable.Minor > 0) ? null : $"Nothing is withdrawable in {currency} at present";
    }

    private async Task<Shown?> ReadAsync()
    {
        if (!SellerAccount.TryParse(Account, out var seller) || await Sellers.FindAsync(seller, CancellationToken.None) is not { } profile) return null;
        var wallets = await Wallets.FindAsync(seller, CancellationToken.None);
        var payouts = await Payouts.ListAsync(new PayoutFilter { Seller = seller }, null, null, isLast: false, NewestPayouts, CancellationToken.None);
        return new Shown(profile, wallets?.Balances ?? [], payouts.Rows);
    }

    private async Task<string?> AskAsync(string reason)
    {
        if (await Viewer.WhyNotAsync(Rights.MoveMoney) is { } why) return why;
        var amount = PayoutRules.Amount(AmountText.Complete(_amount, _shown!.Profile.BankCurrency), _shown.Profile.BankCurrency);
        if (amount.IsRefused) return amount.Refusal!.Text;
        var made = await Service.RequestAsync(new NewPayout(_shown.Profile.Account, amount.Value, reason), await Viewer.ActorAsync(), CancellationToken.None);
        if (made.IsRefused) return made.Refusal!.Text;
        Navigation.NavigateTo($"/payouts/{made.Value}");
        return null;
    }

    private sealed record Shown(SellerProfile Profile, IReadOnlyList<WalletView> Wallets, IReadOnlyList<PayoutView> Payouts);
}
