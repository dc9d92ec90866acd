using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Tests.Support;

/// <summary>A portal with one person of each role and a few hundred payments of every shape. Its tests only read, or change payments of their own. The PSP answers about refunds and disputes alone.</summary>
public sealed class SeededPortal : IAsyncLifetime
{
    public PortalServer Server { get; private set; } = null!;

    public IReadOnlyList<SeededPayment> Payments { get; private set; } = [];

    public PaymentSeed Seed { get; private set; } = null!;

    public static string Email(string role) => $"{role.ToLowerInvariant()}@portal.example";

    public async Task InitializeAsync()
    {
        Server = await PortalServer.StartAsync(new PortalSettings
        {
            Services = services => services.Replace(ServiceDescriptor.Singleton<IPspReturns>(provider => new StubReturns(provider.GetRequiredService<TimeProvider>()))),
        });
        foreach (var role in StaffRoles.All) await Server.AddStaffAsync(Email(role), role);
        Seed = new PaymentSeed(Server.Services.GetRequiredService<WriteLane>(), Server.Services.GetRequiredService<FieldCipher>(), Server.Services.GetRequiredService<HashChain>(), Server.Time);
        Payments = await Seed.AddAsync(240);
    }

    public async Task DisposeAsync() => await Server.DisposeAsync();

    public SeededPayment Of(SeedShape shape) => Payments.Last(payment => payment.Shape == shape);

    /// <summary>Signed in, without scripts.</summary>
    public async Task<PortalClient> VisitorAsync(string role)
    {
        var visitor = Server.Visitor();
        await visitor.SignInAsync(Email(role));
        return visitor;
    }

    public Task<long> CountAuditAsync(string action, string objectId) => Server.Services.GetRequiredService<WriteLane>().RunAsync(
        unit => unit.Scalar("SELECT COUNT(*) FROM audit_log WHERE action = $1 AND object_id = $2", action, objectId), CancellationToken.None);
}
