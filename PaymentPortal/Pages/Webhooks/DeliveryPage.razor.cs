using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Notifications;
using PaymentPortal.Pages.Parts;

namespace PaymentPortal.Pages.Webhooks;

/// <summary>One delivery with each try: what went out, what came back, how long it took.</summary>
public sealed partial class DeliveryPage
{
    private DeliveryDetails? _details;
    private bool _isUnknown;
    private string? _shown;
    private string? _told;

    [Parameter] public string Id { get; set; } = "";

    [CascadingParameter] private HttpContext? Context { get; set; }
    [CascadingParameter] private Task<AuthenticationState>? Authentication { get; set; }

    [Inject] private WebhookQueries Queries { get; set; } = default!;
    [Inject] private WebhookDesk Desk { get; set; } = default!;
    [Inject] private IAuthorizationService Authorization { get; set; } = default!;
    [Inject] private HandOver HandOver { get; set; } = default!;

    private string Name => "delivery:" + Id;

    protected override void OnInitialized() => HandOver.Offer(() => (Name, _details));

    protected override async Task OnParametersSetAsync()
    {
        if (_shown == Id) return;
        (_shown, _told) = (Id, null);
        _details = HandOver.Take<DeliveryDetails>(Name);
        if (_details is null) await ReadAsync();
        _isUnknown = _details is null;
        if (_isUnknown) MissingPage.Say(Context);
    }

    private async Task ReadAsync() =>
        _details = Ids.TryParse<WebhookDeliveryId>(Id, out var id) ? await Queries.FindAsync(id, CancellationToken.None) : null;

    private async Task<string?> ResendAsync()
    {
        var person = Authentication is null ? new ClaimsPrincipal() : (await Authentication).User;
        if (!(await Authorization.AuthorizeAsync(person, Rights.ResendWebhooks)).Succeeded) return Rights.Of(Rights.ResendWebhooks).Reason;
        var sent = await Desk.ResendAsync(new WebhookDeliveryId(Id), Actor.Staff(person.FindFirstValue(ClaimTypes.NameIdentifier)!), CancellationToken.None);
        if (sent.IsRefused) return sent.Refusal!.Text;
        await ReadAsync();
        _told = "It is sent again. Reload the page to see the answer.";
        StateHasChanged();
        return null;
    }
}
