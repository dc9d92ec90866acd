using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components.Authorization;
using PaymentPortal.Core.Common;

namespace PaymentPortal.Pages.Parts;

/// <summary>Who looks at the page and what he may do, asked anew before every act: a button that is shown proves nothing.</summary>
public sealed class ViewerRights(AuthenticationStateProvider state, IAuthorizationService authorization)
{
    /// <summary>The sentence of a refusal; null when the act may go on.</summary>
    public async Task<string?> WhyNotAsync(string right) => (await authorization.AuthorizeAsync(await PersonAsync(), right)).Succeeded ? null : Rights.Of(right).Reason;

    public async Task<Actor> ActorAsync() => Actor.Staff(await IdAsync());

    /// <summary>The id of his account.</summary>
    public async Task<string> IdAsync() => (await PersonAsync()).FindFirstValue(ClaimTypes.NameIdentifier) ?? throw new InvalidOperationException("Nobody is signed in.");

    public async Task<string> NameAsync() => (await PersonAsync()).Identity?.Name ?? "";

    private async Task<ClaimsPrincipal> PersonAsync() => (await state.GetAuthenticationStateAsync()).User;
}
