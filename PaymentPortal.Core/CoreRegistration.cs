using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Ledger;
using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Storage;
using PaymentPortal.Core.Wallets;

namespace PaymentPortal.Core;

/// <summary>Every registration of the engine, grouped by folder. The host opens dialect and key ring first, because they may refuse to start.</summary>
public static class CoreRegistration
{
    public static IServiceCollection AddPaymentCore(this IServiceCollection services, SqlDialect dialect, KeyRing keys)
    {
        // Storage
        services.AddSingleton(dialect);
        services.AddSingleton(provider => new WriteLane(dialect, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IDbContextFactory<PortalDb>, PortalDbFactory>();

        // Integrity
        services.AddSingleton(keys);
        services.AddSingleton<FieldCipher>();
        services.AddSingleton<HashChain>();
        services.AddSingleton<AuditLog>();

        // Psp
        services.AddSingleton<PspCallLog>();
        services.AddSingleton<PspTalk>();
        services.AddSingleton<IInvariant, PspCallInvariant>();

        // Ledger
        services.AddSingleton<Journal>();

        // Wallets
        services.AddSingleton<WalletService>();

        return services;
    }
}
