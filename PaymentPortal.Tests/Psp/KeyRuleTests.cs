using FsCheck;
using FsCheck.Fluent;
using PaymentPortal.Core.Psp;

namespace PaymentPortal.Tests.Psp;

public sealed class KeyRuleTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Life = KeyRule.KeyLife;

    [Fact]
    public void FirstTry_StartsGenerationOne() => Assert.Equal(new KeyMove(KeyStep.SendNew, 1), KeyRule.Next(null, Start));

    [Theory]
    [InlineData(PspVerdict.Succeeded, 200, KeyStep.Done, 1)]
    [InlineData(PspVerdict.Pending, 200, KeyStep.Done, 1)]
    [InlineData(PspVerdict.Declined, 402, KeyStep.SendNew, 2)]
    [InlineData(PspVerdict.Rejected, 400, KeyStep.SendNew, 2)]
    [InlineData(PspVerdict.Rejected, 401, KeyStep.SendNew, 2)]
    [InlineData(PspVerdict.Rejected, 404, KeyStep.SendNew, 2)]
    [InlineData(PspVerdict.NotSent, null, KeyStep.SendSame, 1)]
    [InlineData(PspVerdict.NotSent, 409, KeyStep.SendSame, 1)]
    [InlineData(PspVerdict.NotSent, 429, KeyStep.SendSame, 1)]
    [InlineData(PspVerdict.Unknown, null, KeyStep.SendSame, 1)]
    [InlineData(PspVerdict.Unknown, 500, KeyStep.SendSame, 1)]
    public void FirstAnswer_Decides_TheNextStep(PspVerdict verdict, int? status, KeyStep step, int generation)
    {
        var state = KeyRule.Answered(KeyRule.StartNew(1, Start), new KeyAnswer(verdict, status, false, null));

        Assert.Equal(new KeyMove(step, generation), KeyRule.Next(state, Start.AddMinutes(1)));
    }

    [Fact]
    public void TryWithoutAnswer_IsSentAgainWithinTheKeysLife_ThenLookedUp()
    {
        var state = KeyRule.StartNew(1, Start);

        Assert.Equal(KeyStep.SendSame, KeyRule.Next(state, Start + Life - TimeSpan.FromTicks(1)).Step);
        Assert.Equal(KeyStep.LookUp, KeyRule.Next(state, Start + Life).Step);
    }

    [Fact]
    public void KeyThatNeverLeft_IsSentAgain_HoweverOld() =>
        Assert.Equal(KeyStep.SendSame, KeyRule.Next(After(PspVerdict.NotSent, null), Start.AddDays(30)).Step);

    [Fact]
    public void NotSent_AfterUnknown_DoesNotMakeAnOldKeySafe()
    {
        var state = Again(After(PspVerdict.Unknown, null), PspVerdict.NotSent, 429);

        Assert.Equal(KeyStep.LookUp, KeyRule.Next(state, Start + Life).Step);
    }

    [Fact]
    public void Conflict_MeansAnEarlierSendArrived() =>
        Assert.Equal(KeyStep.LookUp, KeyRule.Next(After(PspVerdict.NotSent, 409), Start + Life).Step);

    [Theory]
    [InlineData(401, KeyStep.SendSame)]
    [InlineData(403, KeyStep.SendSame)]
    [InlineData(400, KeyStep.SendNew)]
    [InlineData(404, KeyStep.SendNew)]
    public void Rejected_AfterUnknown_EndsTheGeneration_UnlessItWasSaidAtTheDoor(int status, KeyStep step) =>
        Assert.Equal(step, KeyRule.Next(Again(After(PspVerdict.Unknown, null), PspVerdict.Rejected, status), Start.AddMinutes(5)).Step);

    [Fact]
    public void ReplayedServerError_IsLookedUp_AndStaysSo()
    {
        var replayed = KeyRule.Answered(KeyRule.StartNew(1, Start), new KeyAnswer(PspVerdict.Unknown, 500, IsReplay: true, null));

        Assert.Equal(KeyStep.LookUp, KeyRule.Next(replayed, Start).Step);
        Assert.Equal(KeyStep.LookUp, KeyRule.Next(Again(replayed, PspVerdict.NotSent, 429), Start).Step);
    }

    [Fact]
    public void KeySeenWithOtherBytes_IsLookedUp()
    {
        var state = KeyRule.Answered(KeyRule.StartNew(1, Start), new KeyAnswer(PspVerdict.Unknown, 400, false, PspErrorTypes.Idempotency));

        Assert.Equal(KeyStep.LookUp, KeyRule.Next(state, Start).Step);
    }

    [Fact]
    public void Absence_IsBelieved_AfterTwoAnswersAMinuteApart()
    {
        var once = KeyRule.Absent(After(PspVerdict.Unknown, null), Start.AddSeconds(30));
        var tooSoon = KeyRule.Absent(once, Start.AddSeconds(89));
        var twice = KeyRule.Absent(tooSoon, Start.AddSeconds(90));

        Assert.Null(once.Proved);
        Assert.Null(tooSoon.Proved);
        Assert.Equal(new KeyMove(KeyStep.SendNew, 2), KeyRule.Next(twice, Start.AddSeconds(90)));
    }

    [Fact]
    public void Absence_SeenBeforeASend_CountsForNothing()
    {
        var once = KeyRule.Absent(After(PspVerdict.Unknown, null), Start.AddSeconds(30));
        var sentAgain = KeyRule.StartSame(once, Start.AddSeconds(60));

        Assert.Null(KeyRule.Absent(sentAgain, Start.AddSeconds(59)).AbsentSince);
        Assert.Null(KeyRule.Absent(sentAgain, Start.AddSeconds(95)).Proved);
    }

    [Fact]
    public void ObjectFound_EndsTheStep_WhateverComesAfter()
    {
        var found = KeyRule.Found(After(PspVerdict.Unknown, null));

        Assert.Equal(KeyStep.Done, KeyRule.Next(Again(found, PspVerdict.Rejected, 400), Start).Step);
        Assert.Equal(KeyStep.Done, KeyRule.Next(KeyRule.Absent(found, Start.AddHours(1)), Start).Step);
    }

    /// <summary>
    /// A model PSP that executes, forgets and loses answers at will: whatever happens, one item never gets two objects. The PSP replays its
    /// stored answer for a key it knows, forgets keys after 24 hours, and turns calls away at the door when it likes.
    /// </summary>
    [Fact]
    public void AnyCourseOfEvents_MakesAtMostOneObject()
    {
        var events = Gen.Elements(Enum.GetValues<ModelEvent>()).ListOf();
        Prop.ForAll(Arb.From(events), course =>
        {
            var model = new KeyRuleModel(Start);
            foreach (var one in course) model.Play(one);
            return model.Objects <= 1 && model.GenerationsRoseOnlyAfterNothing;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000).WithEndSize(60));
    }

    private static KeyState After(PspVerdict verdict, int? status) =>
        KeyRule.Answered(KeyRule.StartNew(1, Start), new KeyAnswer(verdict, status, false, null));

    private static KeyState Again(KeyState state, PspVerdict verdict, int? status) =>
        KeyRule.Answered(KeyRule.StartSame(state, Start.AddMinutes(1)), new KeyAnswer(verdict, status, false, null));
}
