using Bunit;
using PaymentPortal.Pages.Parts;

namespace PaymentPortal.Tests.Pages.Parts;

public sealed class ActPartTests : PartsContext
{
    [Fact]
    public async Task Confirm_PhraseNotTyped_DoesNothing()
    {
        var calls = new List<string>();
        var confirm = Confirm(calls, null, phrase: "redrive 200");
        await confirm.Find("form").SubmitAsync();
        Assert.Empty(calls);
        Assert.Equal("true", confirm.Find("button[type=submit]").GetAttribute("aria-disabled"));
    }

    [Fact]
    public async Task Confirm_ReasonAndPhraseGiven_ActsOnceAndCloses()
    {
        var calls = new List<string>();
        var confirm = Confirm(calls, null, phrase: "redrive 200", needsReason: true);
        await confirm.Find("textarea").InputAsync("the PSP is back");
        await confirm.Find("input").InputAsync("redrive 200");
        await confirm.Find("form").SubmitAsync();
        Assert.Equal(["the PSP is back"], calls);
        JSInterop.VerifyInvoke("portal.close");
    }

    [Fact]
    public async Task Confirm_ActRefused_StaysOpenAndSaysWhy()
    {
        var confirm = Confirm([], "Changed by Ana 4 s ago.");
        await confirm.Find("form").SubmitAsync();
        Assert.Equal("Changed by Ana 4 s ago.", confirm.Find("[role=alert]").TextContent);
        JSInterop.VerifyNotInvoke("portal.close");
    }

    [Fact]
    public async Task Confirm_PressedTwice_ActsOnce()
    {
        var gate = new TaskCompletionSource<string?>();
        var count = 0;
        var confirm = Render<PpConfirm>(part => part.Add(p => p.Verb, "Refund").Add(p => p.Object, "chk_1").Add(p => p.Effect, "12.50 USD go back.")
            .Add(p => p.OnConfirm, _ => { count++; return gate.Task; }));
        var first = confirm.Find("form").SubmitAsync();
        Assert.Equal("Requested…", confirm.Find("button[type=submit]").TextContent);
        await confirm.Find("form").SubmitAsync();
        gate.SetResult(null);
        await first;
        Assert.Equal(1, count);
    }

    [Theory]
    [InlineData(StaffRoles.Finance, "enabled")]
    [InlineData(StaffRoles.Auditor, "closed")]
    [InlineData(StaffRoles.Support, "hidden")]
    public void Allowed_EachRole_IsOpenClosedOrHidden(string role, string seen)
    {
        AddAuthorization().SetAuthorized("anna").SetRoles(role);
        var part = Render<PpAllowed>(p => p.Add(one => one.Right, Rights.MoveMoney).Add(one => one.Label, "Write off").AddChildContent("<button id=act>Write off</button>"));
        var state = part.FindAll("#act").Count == 1 ? "enabled" : part.FindAll("[aria-disabled=true]").Count == 1 ? "closed" : "hidden";
        Assert.Equal(seen, state);
        if (seen == "closed") Assert.Contains("Needs the role Finance", part.Find($"#{part.Find("button").GetAttribute("aria-describedby")}").TextContent);
    }

    [Fact]
    public void Allowed_ImpossibleNow_SaysWhyToThoseWhoMay()
    {
        AddAuthorization().SetAuthorized("anna").SetRoles(StaffRoles.Finance);
        var part = Render<PpAllowed>(p => p.Add(one => one.Right, Rights.Refund).Add(one => one.Label, "Refund").Add(one => one.Impossible, "Not paid yet").AddChildContent("<button id=act>Refund</button>"));
        Assert.Empty(part.FindAll("#act"));
        Assert.Contains("Not paid yet", part.Markup);
    }

    private IRenderedComponent<PpConfirm> Confirm(List<string> calls, string? answer, string? phrase = null, bool needsReason = false) => Render<PpConfirm>(part => part
        .Add(p => p.Verb, "Redrive").Add(p => p.Object, "200 dead letters").Add(p => p.Effect, "They are tried again.").Add(p => p.Phrase, phrase).Add(p => p.NeedsReason, needsReason)
        .Add(p => p.OnConfirm, reason =>
        {
            calls.Add(reason);
            return Task.FromResult(answer);
        }));
}
