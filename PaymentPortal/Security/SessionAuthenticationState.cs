using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace PaymentPortal.Security;

/// <summary>Asks again and again whether the person behind an open page may still be there; when not, the page turns into the sign-in.</summary>
internal sealed class SessionAuthenticationState(ILoggerFactory logs, StaffSessions sessions, SessionRules rules, IOptions<IdentityOptions> identity)
    : RevalidatingServerAuthenticationStateProvider(logs)
{
    protected override TimeSpan RevalidationInterval => rules.Recheck;

    protected override Task<bool> ValidateAuthenticationStateAsync(AuthenticationState authenticationState, CancellationToken cancellationToken) =>
        sessions.IsAliveAsync(authenticationState.User, identity.Value.ClaimsIdentity.SecurityStampClaimType, cancellationToken);
}

/// <summary>A click or a key in an open page counts as being there; the page's own updates don't.</summary>
internal sealed class SessionActivity(AuthenticationStateProvider authentication, StaffSessions sessions, SessionRules rules, TimeProvider time) : CircuitHandler
{
    private long _last = time.GetTimestamp();

    public override Func<CircuitInboundActivityContext, Task> CreateInboundActivityHandler(Func<CircuitInboundActivityContext, Task> next) => async context =>
    {
        if (time.GetElapsedTime(_last) > rules.Recheck)
        {
            _last = time.GetTimestamp();
            var state = await authentication.GetAuthenticationStateAsync().ConfigureAwait(false);
            await sessions.TouchAsync(state.User, CancellationToken.None).ConfigureAwait(false);
        }
        await next(context);
    };
}
