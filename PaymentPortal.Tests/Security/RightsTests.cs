using System.Security.Claims;

namespace PaymentPortal.Tests.Security;

public sealed class RightsTests
{
    [Theory]
    [InlineData(Rights.MoveMoney, "-xo-")]
    [InlineData(Rights.ApproveMoney, "-xo-")]
    [InlineData(Rights.ApproveAccess, "--ox")]
    [InlineData(Rights.SeeLedger, "oxxo")]
    [InlineData(Rights.RedriveDeadLetters, "xxoo")]
    [InlineData(Rights.Refund, "xxoo")]
    [InlineData(Rights.ManageAccess, "--ox")]
    [InlineData(Rights.SeePayments, "xxxx")]
    [InlineData(Rights.WriteNotes, "xxox")]
    public void Ask_EachRole_AnswersAsTheTableSays(string right, string supportFinanceAuditorAdmin)
    {
        var answers = StaffRoles.All.Select(role => Rights.Ask(Person(role), right) switch { RightAnswer.Allowed => 'x', RightAnswer.Closed => 'o', _ => '-' });
        Assert.Equal(supportFinanceAuditorAdmin, string.Concat(answers));
    }

    [Fact]
    public void Ask_NobodySignedIn_IsHiddenEverything() => Assert.All(Rights.All, right => Assert.Equal(RightAnswer.Hidden, Rights.Ask(new ClaimsPrincipal(), right.Name)));

    [Fact]
    public void Admin_Never_MovesMoney() =>
        Assert.All([Rights.MoveMoney, Rights.Refund, Rights.RedriveDeadLetters, Rights.DiscardDeadLetters], right => Assert.NotEqual(RightAnswer.Allowed, Rights.Ask(Person(StaffRoles.Admin), right)));

    private static ClaimsPrincipal Person(string role) => new(new ClaimsIdentity([new Claim(ClaimTypes.Role, role)], "test"));
}
