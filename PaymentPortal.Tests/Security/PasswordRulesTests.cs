using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Storage;
using PaymentPortal.Security;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Security;

public sealed class PasswordRulesTests
{
    [Theory]
    [InlineData("elevenchars")]
    [InlineData("password1234")]
    [InlineData("P@ssw0rd2026!!")]
    [InlineData("qwertyuiop123")]
    [InlineData("aaaaaaaaaaaa")]
    [InlineData("abcabcabcabc")]
    [InlineData("123456789012")]
    [InlineData("adminadmin12")]
    [InlineData("iloveyou2026!")]
    [InlineData("letmein-letmein")]
    [InlineData("justinbieber")]
    [InlineData("1qaz2wsx3edc4rfv")]
    [InlineData("correcthorsebatterystaple")]
    [InlineData("anna.smith-2026-x9")]
    public void Fault_WeakPassword_IsNamed(string password) => Assert.NotNull(PasswordRules.Fault(password, "anna.smith@portal.example"));

    [Theory]
    [InlineData("tiger coffee london summer")]
    [InlineData("nochzwölfzeichen und mehr")]
    [InlineData("zk4w8vqp1mtx")]
    [InlineData("only lower case letters here")]
    public void Fault_DecentPassword_NeedsNoKindsOfCharacters(string password) => Assert.Null(PasswordRules.Fault(password, "anna.smith@portal.example"));

    [Fact]
    public void Fault_SixtyFourCharacters_AreAllowed() =>
        Assert.Null(PasswordRules.Fault(string.Concat(Enumerable.Range(0, 64).Select(at => (char)('!' + (at * 37 % 90)))), null));

    [Fact]
    public async Task StoredHash_Always_IsPbkdf2Sha512WithTheFloorOfRounds()
    {
        await using var portal = await PortalServer.StartAsync();
        await portal.AddStaffAsync("anna@portal.example", StaffRoles.Support);
        await using var db = portal.Services.GetRequiredService<IDbContextFactory<PortalDb>>().CreateDbContext();
        var hash = Convert.FromBase64String((await db.Users.SingleAsync()).PasswordHash!);
        // The header of format 3: 01, then the function, the rounds and the length of the salt, each as four bytes.
        Assert.Equal(1, hash[0]);
        Assert.Equal(2, System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(hash.AsSpan(1)));
        Assert.Equal(220_000, System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(hash.AsSpan(5)));
    }

    [Theory]
    [InlineData("anna@portal.example", "Boss", RefusalCodes.Invalid, "role")]
    [InlineData("not an address", StaffRoles.Finance, RefusalCodes.Invalid, "email")]
    [InlineData("ANNA@portal.example", StaffRoles.Finance, RefusalCodes.StateConflict, "email")]
    public async Task CreateAsync_WrongValue_IsRefusedNamingIt(string email, string role, string code, string field)
    {
        await using var portal = await PortalServer.StartAsync();
        await portal.AddStaffAsync("anna@portal.example", StaffRoles.Support);
        await using var scope = portal.Services.CreateAsyncScope();
        var refused = await scope.ServiceProvider.GetRequiredService<StaffAccounts>().CreateAsync(email, role, PortalClient.Password, CancellationToken.None);
        Assert.Equal((code, field), (refused.Refusal?.Code, refused.Refusal?.Field));
    }
}
