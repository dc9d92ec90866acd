using System.Data.Common;
using System.Diagnostics;
using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.JSInterop;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Notifications;
using PaymentPortal.Pages.Parts;

namespace PaymentPortal.Pages.Webhooks;

/// <summary>Whom do we tell? A secret leaves the server once, in the answer to its making, and is kept nowhere here.</summary>
public sealed partial class EndpointsPage
{
    private const string Path = "/admin/webhooks";

    private ListUrl? _url;
    private ListPage<WebhookEndpoint>? _page;
    private WebhookEndpoint? _edited;
    private string? _secret;
    private string? _told;
    private string? _tested;
    private string? _error;
    private string? _reference;
    private int _form;

    [CascadingParameter] private Task<AuthenticationState>? Authentication { get; set; }

    [Inject] private NavigationManager Navigation { get; set; } = default!;
    [Inject] private WebhookEndpoints Endpoints { get; set; } = default!;
    [Inject] private WebhookDesk Desk { get; set; } = default!;
    [Inject] private WebhookSettings Settings { get; set; } = default!;
    [Inject] private IAuthorizationService Authorization { get; set; } = default!;
    [Inject] private ViewerClock Clock { get; set; } = default!;
    [Inject] private HandOver HandOver { get; set; } = default!;
    [Inject] private IJSRuntime Script { get; set; } = default!;
    [Inject] private ILogger<EndpointsPage> Logger { get; set; } = default!;

    protected override async Task OnInitializedAsync()
    {
        Navigation.LocationChanged += Moved;
        _url = ListUrl.Read(Navigation.Uri);
        HandOver.Offer(() => ("endpoints", _page));
        _page = HandOver.Take<ListPage<WebhookEndpoint>>("endpoints");
        if (_page is null) await ReadAsync();
    }

    public void Dispose() => Navigation.LocationChanged -= Moved;

    private void Moved(object? sender, LocationChangedEventArgs change)
    {
        if (ListUrl.Read(change.Location).Path == Path) _ = InvokeAsync(() => { _url = ListUrl.Read(change.Location); StateHasChanged(); });
    }

    private static string Types(WebhookEndpoint endpoint) => endpoint.Types == EndpointRules.AllTypes ? "all" : endpoint.Types.Replace(" ", ", ", StringComparison.Ordinal);

    private async Task ReadAsync()
    {
        try
        {
            var all = await Endpoints.ListAsync(CancellationToken.None);
            (_page, _error) = (new ListPage<WebhookEndpoint>(all, all.Count, null, null), null);
        }
        catch (DbException error)
        {
            (_error, _reference) = ("The endpoints could not be read.", Activity.Current?.TraceId.ToString() ?? Guid.NewGuid().ToString("N"));
            Log.ReadFailed(Logger, error, _reference);
        }
    }

    /// <summary>A new form each time, so that nothing of the last one stays in it.</summary>
    private void Open(WebhookEndpoint? endpoint)
    {
        (_edited, _secret, _told, _tested) = (endpoint, null, null, null);
        _form++;
        StateHasChanged();
    }

    private async Task<string?> SaveAsync(EndpointRequest request)
    {
        if (await WhyNotAsync() is { } why) return why;
        var wish = EndpointRules.Check(request, Settings);
        if (wish.IsRefused) return wish.Refusal!.Text;
        if (_edited is { } edited)
        {
            var changed = await Endpoints.UpdateAsync(new WebhookEndpointId(edited.EndpointId), wish.Value, await ActorAsync(), CancellationToken.None);
            if (changed.IsRefused) return changed.Refusal!.Text;
            _told = "The endpoint is changed.";
            await Script.InvokeVoidAsync("portal.close", "endpoint");
        }
        else
        {
            var made = await Endpoints.CreateAsync(wish.Value, await ActorAsync(), null, CancellationToken.None);
            if (made.IsRefused) return made.Refusal!.Text;
            _secret = made.Value.Secret;
        }
        await ReadAsync();
        StateHasChanged();
        return null;
    }

    private async Task<string?> TestAsync(WebhookEndpoint endpoint)
    {
        if (await WhyNotAsync() is { } why) return why;
        var sent = await Desk.SendTestAsync(new WebhookEndpointId(endpoint.EndpointId), await ActorAsync(), CancellationToken.None);
        if (sent.IsRefused) return sent.Refusal!.Text;
        (_told, _tested) = ("The test is on its way.", endpoint.EndpointId);
        StateHasChanged();
        return null;
    }

    private async Task<string?> RotateAsync(WebhookEndpoint endpoint)
    {
        if (await WhyNotAsync() is { } why) return why;
        var rolled = await Endpoints.RotateSecretAsync(new WebhookEndpointId(endpoint.EndpointId), await ActorAsync(), null, CancellationToken.None);
        if (rolled.IsRefused) return rolled.Refusal!.Text;
        _secret = rolled.Value.Secret;
        await ReadAsync();
        StateHasChanged();
        await Script.InvokeVoidAsync("portal.open", "endpoint");
        return null;
    }

    private async Task<string?> DeleteAsync(WebhookEndpoint endpoint)
    {
        if (await WhyNotAsync() is { } why) return why;
        var deleted = await Endpoints.DeleteAsync(new WebhookEndpointId(endpoint.EndpointId), await ActorAsync(), CancellationToken.None);
        if (deleted.IsRefused) return deleted.Refusal!.Text;
        _told = "The endpoint is deleted.";
        await ReadAsync();
        StateHasChanged();
        return null;
    }

    private async Task<string?> WhyNotAsync() => (await Authorization.AuthorizeAsync(await PersonAsync(), Rights.ManageAccess)).Succeeded ? null : Rights.Of(Rights.ManageAccess).Reason;

    private async Task<ClaimsPrincipal> PersonAsync() => Authentication is null ? new ClaimsPrincipal() : (await Authentication).User;

    private async Task<Actor> ActorAsync() => Actor.Staff((await PersonAsync()).FindFirstValue(ClaimTypes.NameIdentifier) ?? throw new InvalidOperationException("Nobody is signed in."));
}
