using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Payments;
using PaymentPortal.Core.Storage;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Integrity;

/// <summary>Staff with roles given and taken, keys of theirs, and buyers whose names are sealed, to be corrupted.</summary>
public sealed class PlantedPeople : IAsyncLifetime
{
    private static readonly Actor Admin = Actor.Staff("first");
    private PlantedStore _store = null!;

    public async Task InitializeAsync()
    {
        await using var store = await TestStore.CreateAsync();
        var audit = new AuditLog(store.Chain);
        await store.RunAsync(unit =>
        {
            foreach (var (id, role) in new[] { ("first", "Admin"), ("helper", "Support"), ("gone", "Finance") }) Hire(unit, audit, id, role);
            audit.Write(unit, new AuditEntry(Admin, "staff.role-give", "helper") { After = "Finance" });
            audit.Write(unit, new AuditEntry(Admin, "staff.role-take", "helper") { Before = "Finance" });
            audit.Write(unit, new AuditEntry(Admin, "staff.disable", "gone"));
            unit.Execute("UPDATE staff_users SET is_disabled = 1 WHERE id = 'gone'");
            var buyers = new Buyers(store.Cipher);
            foreach (var name in new[] { "Anna", "Berta" }) buyers.Ensure(unit, "buyer-" + name, name, $"{name}@example.com");
            return 0;
        });
        var keys = new ApiKeyService(store.Lane, store.Dialect, store.Databases, audit, new StaffNames(store.Cipher), store.Time);
        Assert.False((await keys.CreateAsync("shop", ["payments:read", "payments:read"], "first", Admin, CancellationToken.None)).IsRefused);
        var old = (await keys.CreateAsync("old", ["*"], null, Admin, CancellationToken.None)).Value;
        await keys.RevokeAsync(old.Id, Admin, CancellationToken.None);
        _store = await PlantedStore.CopyAsync(store.Dialect.File, [.. StaffInvariants.All, new SealedInvariant(store.Dialect, store.Cipher)]);
        Honest = await BrokenAfterAsync("");
    }

    public IReadOnlyDictionary<string, IReadOnlyList<string>> Honest { get; private set; } = new Dictionary<string, IReadOnlyList<string>>();

    public async Task DisposeAsync() => await _store.DisposeAsync();

    public Task<IReadOnlyDictionary<string, IReadOnlyList<string>>> BrokenAfterAsync(string sql) => _store.BrokenAfterAsync(sql);

    private static void Hire(UnitOfWork unit, AuditLog audit, string id, string role)
    {
        unit.Execute("INSERT INTO staff_roles (id, name, normalized_name) VALUES ($1, $1, $1) ON CONFLICT (id) DO NOTHING", role);
        unit.Execute(
            "INSERT INTO staff_users (id, is_disabled, email_confirmed, phone_number_confirmed, two_factor_enabled, lockout_enabled, access_failed_count, created_at) VALUES ($1, 0, 0, 0, 0, 0, 0, 0)", id);
        unit.Execute("INSERT INTO staff_user_roles (user_id, role_id) VALUES ($1, $2)", id, role);
        audit.Write(unit, new AuditEntry(Actor.Program("create-user"), "staff.create", id) { After = role });
    }
}

/// <summary>The rules of staff, keys and sealed values find what breaks them, and nothing in honest data.</summary>
public sealed class PeopleInvariantsTests(PlantedPeople planted) : IClassFixture<PlantedPeople>
{
    private const string Spliced = "unhex(hex(substr(email, 1, 8)) || hex((SELECT substr(b.user_name, 9, 12) FROM users b WHERE b.buyer_account = 'buyer-Berta')) || hex(substr(email, 21)))";

    [Fact]
    public void HonestPeople_BreakNothing() => Assert.Empty(planted.Honest);

    [Theory]
    [InlineData("staff-01", "INSERT INTO staff_user_roles (user_id, role_id) VALUES ('helper', 'Admin')")]
    [InlineData("staff-01", "INSERT INTO staff_user_roles (user_id, role_id) VALUES ('helper', 'Finance')")]
    [InlineData("staff-01", "DELETE FROM staff_user_roles WHERE user_id = 'helper'")]
    [InlineData("staff-01", "UPDATE staff_users SET is_disabled = 0 WHERE id = 'gone'")]
    [InlineData("staff-01", "UPDATE staff_users SET is_disabled = 1 WHERE id = 'first'")]
    [InlineData("keys-01", "UPDATE api_keys SET scopes = '*' WHERE name = 'shop'")]
    [InlineData("keys-01", "UPDATE api_keys SET owner_id = 'helper' WHERE name = 'shop'")]
    [InlineData("keys-01", "UPDATE api_keys SET revoked_at = NULL WHERE name = 'old'")]
    [InlineData("keys-01", "DELETE FROM api_keys WHERE name = 'old'")]
    [InlineData("sealed-01", "UPDATE users SET email = (SELECT b.email FROM users b WHERE b.buyer_account = 'buyer-Berta') WHERE buyer_account = 'buyer-Anna'")]
    [InlineData("sealed-01", "UPDATE users SET user_name = email, email = user_name WHERE buyer_account = 'buyer-Anna'")]
    [InlineData("sealed-01", "UPDATE users SET user_name = unhex(hex(substr(user_name, 1, length(user_name) - 1)) || CASE WHEN hex(substr(user_name, -1)) = '00' THEN '01' ELSE '00' END) WHERE buyer_account = 'buyer-Anna'")]
    [InlineData("sealed-01", "UPDATE users SET email = " + Spliced + " WHERE buyer_account = 'buyer-Anna'")]
    [InlineData("sealed-01", "UPDATE users SET email = unhex(hex('deadbeef') || hex(substr(email, 9))) WHERE buyer_account = 'buyer-Anna'")]
    public async Task Corruption_IsFoundByItsRule(string code, string sql) => Assert.Contains(code, (await planted.BrokenAfterAsync(sql)).Keys);
}
