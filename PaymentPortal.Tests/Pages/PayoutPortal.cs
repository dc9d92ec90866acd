using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Payouts;
using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Pages;

/// <summary>A portal with one person of each role, two sellers and a payout of each status. The PSP answers about payouts alone, and nothing runs by itself.</summary>
public sealed class PayoutPortal : IAsyncLifetime
{
    /// <summary>Movements of the seller with many.</summary>
    public const int Many = 70;

    private readonly Dictionary<PayoutStatus, PayoutId> _payouts = [];

    public PortalServer Server { get; private set; } = null!;

    public PayoutSeed Seed { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Server = await PortalServer.StartAsync(new PortalSettings
        {
            Services = services => services.Replace(ServiceDescriptor.Singleton<IPayoutProvider>(provider => new StubPayouts(provider.GetRequiredService<TimeProvider>()))),
        });
        foreach (var role in StaffRoles.All) await Server.AddStaffAsync(SeededPortal.Email(role), role);
        Seed = new PayoutSeed(Server.Services);
        var seller = await Seed.SellerAsync("seller-tea", 200);
        await Seed.SellerAsync("seller-many", Many);
        foreach (var status in PayoutStatuses.All) _payouts[status] = await Seed.PayoutAsync(seller, status);
    }

    public async Task DisposeAsync() => await Server.DisposeAsync();

    public PayoutId Of(PayoutStatus status) => _payouts[status];

    /// <summary>A payout that was sent, when need be approved before, and that the bank did not take.</summary>
    public async Task<PayoutId> FailedAsync(SellerAccount seller, string amount = "10.00")
    {
        var services = Server.Services;
        var asked = await services.GetRequiredService<PayoutService>().RequestAsync(new NewPayout(seller, PayoutRig.Usd(amount), "Weekly share"), Actor.Staff(Guid.NewGuid().ToString("N")), CancellationToken.None);
        if (await services.GetRequiredService<WriteLane>().RunAsync(unit => unit.QueryFirst("SELECT approval_id FROM approvals WHERE subject_id = $1", row => row.GetString(0), asked.Value.Value), CancellationToken.None) is { } approval)
        {
            await StaffSeed.AddAsync(services, "checker");
            await services.GetRequiredService<Approvals>().ApproveAsync(new ApprovalId(approval), Actor.Staff("checker"), CancellationToken.None);
        }
        await EndAsync(asked.Value, PspPayoutStatus.Failed, steps: 3);
        return asked.Value;
    }

    /// <summary>Takes its next steps, and what it comes to at the PSP.</summary>
    public async Task EndAsync(PayoutId payout, PspPayoutStatus end, int steps)
    {
        ((StubPayouts)Server.Services.GetRequiredService<IPayoutProvider>()).Says = end;
        for (var step = 0; step < steps; step++)
        {
            var task = await Server.Services.GetRequiredService<WriteLane>().RunAsync(unit => RetryQueue.ClaimNow(unit, PayoutSteps.Payout, payout.Value), CancellationToken.None);
            await Server.Services.GetRequiredService<RetryWorker>().RunOneAsync(task!, CancellationToken.None);
        }
    }

    public async Task<PortalClient> VisitorAsync(string role)
    {
        var visitor = Server.Visitor();
        await visitor.SignInAsync(SeededPortal.Email(role));
        return visitor;
    }
}
