using Microsoft.Extensions.DependencyInjection;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Tests.Support;

/// <summary>Members of staff who may decide about approvals, by ids that tests choose. They have no password: nobody signs in as one.</summary>
internal static class StaffSeed
{
    private static readonly string[] Roles = ["Admin", "Finance"];

    /// <summary>Enabled holders of both roles that decide. Who is there already stays as he is.</summary>
    public static Task AddAsync(IServiceProvider services, params IReadOnlyList<string> people) => AddAsync(services.GetRequiredService<WriteLane>(), services.GetRequiredService<AuditLog>(), Roles, people);

    public static Task AddAsync(TestStore store, params IReadOnlyList<string> people) => AddAsync(store.Lane, new AuditLog(store.Chain), Roles, people);

    public static Task AddAsync(WriteLane lane, AuditLog audit, IReadOnlyList<string> roles, IReadOnlyList<string> people) => lane.RunAsync(
        unit =>
        {
            foreach (var role in roles) unit.Execute("INSERT INTO staff_roles (id, name, normalized_name, concurrency_stamp) VALUES ($1, $1, $2, $1) ON CONFLICT (id) DO NOTHING", role, role.ToUpperInvariant());
            foreach (var person in people)
            {
                var isNew = unit.Execute(
                    "INSERT INTO staff_users (id, is_disabled, email_confirmed, phone_number_confirmed, two_factor_enabled, lockout_enabled, access_failed_count, created_at) VALUES ($1, 0, 0, 0, 0, 0, 0, 0) ON CONFLICT (id) DO NOTHING",
                    person) == 1;
                if (!isNew) continue;
                foreach (var role in roles)
                {
                    unit.Execute("INSERT INTO staff_user_roles (user_id, role_id) VALUES ($1, $2)", person, role);
                    audit.Write(unit, new AuditEntry(Actor.Program("test"), "staff.role-give", person) { After = role });
                }
            }
            return 0;
        },
        CancellationToken.None);
}
