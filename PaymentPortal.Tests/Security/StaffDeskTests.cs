using Microsoft.Extensions.DependencyInjection;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Storage;
using PaymentPortal.Security;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Security;

/// <summary>Who gets a role: a second admin decides about those of weight, and one alone proves himself.</summary>
public sealed class StaffDeskTests : IAsyncLifetime
{
    private PortalServer _server = null!;
    private StaffUser _admin = null!;
    private StaffUser _person = null!;

    private StaffDesk Desk => _server.Services.GetRequiredService<StaffDesk>();

    private Approvals Approvals => _server.Services.GetRequiredService<Approvals>();

    public async Task InitializeAsync()
    {
        _server = await PortalServer.StartAsync();
        _admin = await _server.AddStaffAsync("first@portal.example", StaffRoles.Admin);
        _person = await _server.AddStaffAsync("person@portal.example", StaffRoles.Support);
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Grant_OfFinance_ByTheOnlyAdmin_WantsHisPasswordAndIsInTheAudit()
    {
        Assert.Equal(403, (await GrantAsync(StaffRoles.Finance)).Refusal?.HttpStatus);
        Assert.DoesNotContain(StaffRoles.Finance, await RolesAsync());

        Assert.Null((await GrantAsync(StaffRoles.Finance, hasProved: true)).Value.Approval);
        Assert.Contains(StaffRoles.Finance, await RolesAsync());
        Assert.Equal(1, await CountAsync($"SELECT COUNT(*) FROM audit_log WHERE action = 'staff.role-give' AND object_id = '{_person.Id}' AND reason = 'Joins the team'"));
    }

    [Fact]
    public async Task Grant_OfFinance_WithTwoAdmins_IsDoneByTheSecondOnly()
    {
        var second = await _server.AddStaffAsync("second@portal.example", StaffRoles.Admin);

        var asked = await GrantAsync(StaffRoles.Finance, hasProved: true);
        Assert.DoesNotContain(StaffRoles.Finance, await RolesAsync());
        Assert.Equal("maker_is_checker", (await Approvals.ApproveAsync(asked.Value.Approval!.Value, Actor.Staff(_admin.Id), CancellationToken.None)).Refusal?.Code);

        Assert.Equal(ApprovalState.Approved, (await Approvals.ApproveAsync(asked.Value.Approval!.Value, Actor.Staff(second.Id), CancellationToken.None)).Value);
        Assert.Contains(StaffRoles.Finance, await RolesAsync());
    }

    [Fact]
    public async Task Grant_ThatWaits_ShowsTheAddressButKeepsTheId()
    {
        await _server.AddStaffAsync("second@portal.example", StaffRoles.Admin);
        var asked = (await GrantAsync(StaffRoles.Finance)).Value.Approval!.Value;

        var shown = (await _server.Services.GetRequiredService<ApprovalQueries>().FindAsync(asked.Value, CancellationToken.None))!.Shown.Title;

        Assert.Equal("Finance for person@portal.example", shown);
        Assert.Equal(0, await CountAsync("SELECT COUNT(*) FROM approvals WHERE preview LIKE '%portal.example%'"));
        Assert.Equal(1, await CountAsync($"SELECT COUNT(*) FROM audit_log WHERE action = 'approval.ask' AND after = 'Finance for user:{_person.Id}'"));
    }

    [Fact]
    public async Task AddressThatDoesNotOpen_LeavesThePersonTheId_AndTheOthersTheirNames()
    {
        await _server.Services.GetRequiredService<WriteLane>().RunAsync(
            unit => unit.Execute("UPDATE staff_users SET sealed_email = (SELECT sealed_email FROM staff_users WHERE id = $2) WHERE id = $1", _person.Id, _admin.Id), CancellationToken.None);

        var names = (await Desk.ListAsync(CancellationToken.None)).ToDictionary(row => row.Id, row => row.Name);

        Assert.Equal((_person.Id, "first@portal.example"), (names[_person.Id], names[_admin.Id]));
    }

    [Fact]
    public async Task Rotation_SealsAddressesAnew_AndTheSignInStillFindsThem()
    {
        var (keys, sealer) = (_server.Services.GetRequiredService<KeyDesk>(), _server.Services.GetRequiredService<Resealer>());
        var old = _server.Services.GetRequiredService<KeyRing>().Active.Id;
        await keys.RotateAsync(Actor.Staff(_admin.Id), CancellationToken.None);
        while (await sealer.PassAsync(CancellationToken.None) > 0)
        {
        }

        Assert.False((await keys.RetireAsync(old, Actor.Staff(_admin.Id), CancellationToken.None)).IsRefused);

        Assert.Equal(["first@portal.example", "person@portal.example"], (await Desk.ListAsync(CancellationToken.None)).Select(row => row.Name));
        using var visitor = _server.Visitor();
        await visitor.SignInAsync("Person@Portal.Example");
        Assert.Equal(System.Net.HttpStatusCode.OK, (await visitor.GetAsync("/payments")).Status);
    }

    [Fact]
    public async Task Grant_ToSomebodyDisabledMeanwhile_IsVoid()
    {
        var second = await _server.AddStaffAsync("second@portal.example", StaffRoles.Admin);
        var asked = (await GrantAsync(StaffRoles.Finance)).Value.Approval!.Value;

        Assert.False((await Desk.SetDisabledAsync(_person.Id, true, Actor.Staff(_admin.Id), "Left", CancellationToken.None)).IsRefused);

        Assert.Equal(ApprovalState.Void, (await Approvals.ApproveAsync(asked, Actor.Staff(second.Id), CancellationToken.None)).Value);
        Assert.DoesNotContain(StaffRoles.Finance, await RolesAsync());
    }

    [Fact]
    public async Task Change_EndsThePersonsSessions()
    {
        using var visitor = _server.Visitor();
        await visitor.SignInAsync("person@portal.example");
        Assert.Equal(System.Net.HttpStatusCode.OK, (await visitor.GetAsync("/payments")).Status);

        Assert.False((await Desk.SetDisabledAsync(_person.Id, true, Actor.Staff(_admin.Id), "Left", CancellationToken.None)).IsRefused);

        Assert.Equal(0, await CountAsync($"SELECT COUNT(*) FROM staff_sessions WHERE user_id = '{_person.Id}' AND ended_at IS NULL"));
    }

    [Fact]
    public async Task LastAdmin_CanNeitherBeDisabledNorLoseTheRole()
    {
        Assert.Equal(409, (await Desk.SetDisabledAsync(_admin.Id, true, Actor.Staff(_admin.Id), "Left", CancellationToken.None)).Refusal?.HttpStatus);
        Assert.Equal(409, (await Desk.TakeAsync(_admin.Id, StaffRoles.Admin, Actor.Staff(_admin.Id), "Left", CancellationToken.None)).Refusal?.HttpStatus);
    }

    private Task<Result<GrantEnd>> GrantAsync(string role, bool hasProved = false) => Desk.GrantAsync(_person.Id, role, Actor.Staff(_admin.Id), "Joins the team", hasProved, CancellationToken.None);

    private async Task<IReadOnlyList<string>> RolesAsync() => (await Desk.ListAsync(CancellationToken.None)).Single(row => row.Id == _person.Id).Roles;

    private Task<long> CountAsync(string sql) => _server.Services.GetRequiredService<WriteLane>().RunAsync(unit => unit.Scalar(sql), CancellationToken.None);
}
