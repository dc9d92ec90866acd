using System.Globalization;
using PaymentPortal.Sandbox.Control;
using PaymentPortal.Sandbox.Events;
using PaymentPortal.Sandbox.Storage;

namespace PaymentPortal.Sandbox;

/// <summary>
/// What must hold before the first request: the clock is where the last run had moved it (else funds that were available would be pending
/// again), and the endpoints of the settings exist.
/// </summary>
public sealed class SandboxStart(SandboxStore store, SandboxOptions options, TimeProvider clock) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (clock is MovableTimeProvider movable && store.Read(db => db.Text("SELECT value FROM settings WHERE name = @0", SandboxClock.Setting)) is { } kept)
        {
            var offset = TimeSpan.FromSeconds(long.Parse(kept, CultureInfo.InvariantCulture));
            movable.Advance(offset > movable.Offset ? offset - movable.Offset : TimeSpan.Zero);
        }

        if (options is { DefaultWebhookUrl: { Length: > 0 } url, DefaultWebhookSecret: { Length: > 0 } secret })
        {
            await store.WriteAsync(db =>
            {
                var unit = new SandboxUnit(db, clock.GetUtcNow(), options);
                WebhookEndpoints.EnsureDefault(unit, url, secret, isConnect: false);
                if (options.DefaultConnectSecret is { Length: > 0 } connectSecret)
                {
                    WebhookEndpoints.EnsureDefault(unit, url, connectSecret, isConnect: true);
                }

                return true;
            });
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
