using PaymentPortal.Core.Reconciliation;

namespace PaymentPortal.Tests.Reconciliation;

/// <summary>The rules of matching as a table.</summary>
public sealed class MatcherTests
{
    private static readonly DateTimeOffset Day = new(2026, 11, 20, 0, 0, 0, TimeSpan.Zero);
    private static readonly SettlementFields Charge = new(2, "txn_1", "charge", "ch_1", "USD", 1250, 66, 1184, Microseconds(Day.AddHours(1)), null, null);
    private static readonly OurFact Ours = new("charge:ch_1", new MoneySide("USD", 1250, 66), "chk_1", false, false);

    private static readonly Dictionary<string, (LineCase Case, LineBucket Bucket, MismatchKind? Kind)> Rules = new()
    {
        ["the same"] = (new(Charge, null, null, Ours, null), LineBucket.Matched, null),
        ["another amount"] = (new(Charge with { Gross = 1251 }, null, null, Ours, null), LineBucket.Differing, MismatchKind.Amount),
        ["another fee"] = (new(Charge with { Fee = 67 }, null, null, Ours, null), LineBucket.Differing, MismatchKind.Fee),
        ["another currency before another amount"] = (new(Charge with { Currency = "EUR", Gross = 1 }, null, null, Ours, null), LineBucket.Differing, MismatchKind.Currency),
        ["another amount before another fee"] = (new(Charge with { Gross = 1, Fee = 0 }, null, null, Ours, null), LineBucket.Differing, MismatchKind.Amount),
        ["nothing of ours"] = (new(Charge, null, null, null, null), LineBucket.MissingOurs, MismatchKind.MissingOurs),
        ["nothing of ours, of a kind nobody knows"] = (new(Charge with { Category = "unheard_of" }, null, null, null, null), LineBucket.MissingOurs, MismatchKind.Unknown),
        ["another outcome of ours"] = (new(Charge with { Category = "charge_failure" }, null, null, null, Ours), LineBucket.Differing, MismatchKind.Status),
        ["of the day before"] = (new(Charge with { CreatedAt = Microseconds(Day) - 1 }, null, null, Ours, null), LineBucket.Matched, MismatchKind.Timing),
        ["in an earlier file"] = (new(Charge, Charge, "stl_0", Ours, null), LineBucket.Known, null),
        ["in an earlier file with another amount"] = (new(Charge, Charge with { Gross = 1 }, "stl_0", Ours, null), LineBucket.Duplicate, MismatchKind.Duplicate),
        ["twice in this file"] = (new(Charge, Charge, "stl_1", Ours, null), LineBucket.Duplicate, MismatchKind.Duplicate),
        ["a second movement of one charge"] = (new(Charge, null, null, Ours with { IsPaired = true }, null), LineBucket.Duplicate, MismatchKind.Duplicate),
        ["a failed payout that we think is out"] = (new(Charge with { Category = "payout", Status = "failed" }, null, null, Ours, null), LineBucket.Differing, MismatchKind.Status),
        ["a failed payout that we have back"] = (new(Charge with { Category = "payout", Status = "failed" }, null, null, Ours with { IsUndone = true }, null), LineBucket.Matched, null),
        ["a paid payout"] = (new(Charge with { Category = "payout", Status = "paid" }, null, null, Ours, null), LineBucket.Matched, null),
    };

    public static TheoryData<string> Names => [.. Rules.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Judge_Line_ByTheFirstRuleThatFits(string name)
    {
        var (found, bucket, kind) = Rules[name];

        var verdict = Matcher.Judge(found, "stl_1", Day);

        Assert.Equal((bucket, kind), (verdict.Bucket, verdict.Kind));
        Assert.Equal(bucket is LineBucket.Matched or LineBucket.Differing, verdict.Paired is not null);
    }

    private static long Microseconds(DateTimeOffset moment) => (moment.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;
}
