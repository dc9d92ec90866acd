using System.Data.Common;
using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Routing;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Storage;
using PaymentPortal.Pages.Parts;

namespace PaymentPortal.Pages.ApiKeys;

/// <summary>Which keys live and who answers for them. A key's text leaves the server once, in the answer to its making, and is kept nowhere here.</summary>
public sealed partial class ApiKeysPage
{
    private const string Path = "/admin/api-keys";
    private ListUrl? _url;
    private ListPage<ApiKey>? _page;
    private IReadOnlyList<ApiKey> _all = [];
    private IReadOnlyList<StaffName> _staff = [];
    private IReadOnlyList<ListTab> _tabs = [];
    private NewApiKey? _made;
    private string? _error;

    [CascadingParameter] private Task<AuthenticationState>? Authentication { get; set; }

    [Inject] private NavigationManager Navigation { get; set; } = default!;
    [Inject] private ApiKeyService Keys { get; set; } = default!;
    [Inject] private StaffDirectory Directory { get; set; } = default!;
    [Inject] private IAuthorizationService Authorization { get; set; } = default!;
    [Inject] private ViewerClock Clock { get; set; } = default!;
    [Inject] private HandOver HandOver { get; set; } = default!;
    [Inject] private ILogger<ApiKeysPage> Logger { get; set; } = default!;

    protected override async Task OnInitializedAsync()
    {
        Navigation.LocationChanged += Moved;
        HandOver.Offer(() => ("api-keys", _page is null ? null : new Shown(_all, _staff)));
        if (HandOver.Take<Shown>("api-keys") is { } shown) (_all, _staff) = (shown.Keys, shown.Staff);
        else await ReadAsync();
        Show();
    }

    public void Dispose() => Navigation.LocationChanged -= Moved;

    private void Moved(object? sender, LocationChangedEventArgs change)
    {
        if (ListUrl.Read(change.Location).Path == Path) _ = InvokeAsync(() => { Show(); StateHasChanged(); });
    }

    private async Task ReadAsync()
    {
        try
        {
            _all = await Keys.ListAsync(CancellationToken.None);
            _staff = await Directory.ListAsync(CancellationToken.None);
            _error = null;
        }
        catch (DbException error)
        {
            _error = "The keys could not be read.";
            Log.ReadFailed(Logger, error);
        }
    }

    private void Show()
    {
        _url = ListUrl.Read(Navigation.Uri);
        var wantsAll = _url["state"] == "all" || _url["q"] is not null;
        var rows = _all.Where(key => wantsAll || key.RevokedAt is null).Where(key => _url["q"] is not { } text || Matches(key, text)).ToList();
        _page = new ListPage<ApiKey>(rows, rows.Count, null, null);
        _tabs = [new("Active", Path, !wantsAll, _all.Count(key => key.RevokedAt is null)), new("All", Path + "?state=all", wantsAll, _all.Count)];
    }

    private async Task<string?> CreateAsync(string name, IReadOnlyList<string> scopes, string? ownerId)
    {
        if (await IsRefusedAsync()) return Rights.Of(Rights.ManageAccess).Reason;
        var made = await Keys.CreateAsync(name, scopes, ownerId, await ActorAsync(), CancellationToken.None);
        if (made.IsRefused) return made.Refusal!.Text;
        _made = made.Value;
        await ReadAsync();
        Show();
        StateHasChanged();
        return null;
    }

    private async Task<string?> RevokeAsync(ApiKey key)
    {
        if (await IsRefusedAsync()) return Rights.Of(Rights.ManageAccess).Reason;
        var revoked = await Keys.RevokeAsync(new ApiKeyId(key.KeyId), await ActorAsync(), CancellationToken.None);
        if (revoked.IsRefused) return revoked.Refusal!.Text;
        await ReadAsync();
        Show();
        StateHasChanged();
        return null;
    }

    private static bool Matches(ApiKey key, string text) => key.KeyId == text || key.Last4 == text || key.Name.Contains(text, StringComparison.OrdinalIgnoreCase);

    private string Owner(ApiKey key) => key.OwnerId is null ? "nobody" : _staff.FirstOrDefault(person => person.Id == key.OwnerId)?.Name ?? key.OwnerId;

    private async Task<bool> IsRefusedAsync() => !(await Authorization.AuthorizeAsync(await PersonAsync(), Rights.ManageAccess)).Succeeded;

    private async Task<ClaimsPrincipal> PersonAsync() => Authentication is null ? new ClaimsPrincipal() : (await Authentication).User;

    private async Task<Actor> ActorAsync() => Actor.Staff((await PersonAsync()).FindFirstValue(ClaimTypes.NameIdentifier) ?? throw new InvalidOperationException("Nobody is signed in."));

    private sealed record Shown(IReadOnlyList<ApiKey> Keys, IReadOnlyList<StaffName> Staff);
}
