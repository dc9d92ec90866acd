using PaymentPortal.Core.Payments;

namespace PaymentPortal.Tests.Payments;

/// <summary>Every pair of status and cause, and every pair of statuses, against the table as the rule is written.</summary>
public sealed class PaymentMovesTests
{
    private static readonly Dictionary<(PaymentOrderStatus, MoveCause), PaymentOrderStatus> Legal = new()
    {
        [(PaymentOrderStatus.NotStarted, MoveCause.PayPressed)] = PaymentOrderStatus.Executing,
        [(PaymentOrderStatus.NotStarted, MoveCause.CheckoutEnded)] = PaymentOrderStatus.Expired,
        [(PaymentOrderStatus.NotStarted, MoveCause.Canceled)] = PaymentOrderStatus.Canceled,
        [(PaymentOrderStatus.Executing, MoveCause.SessionPaid)] = PaymentOrderStatus.Success,
        [(PaymentOrderStatus.Executing, MoveCause.AsyncPaymentFailed)] = PaymentOrderStatus.Failed,
        [(PaymentOrderStatus.Executing, MoveCause.TooManyDeclines)] = PaymentOrderStatus.Failed,
        [(PaymentOrderStatus.Executing, MoveCause.CheckoutEnded)] = PaymentOrderStatus.Expired,
        [(PaymentOrderStatus.Executing, MoveCause.Canceled)] = PaymentOrderStatus.Canceled,
        [(PaymentOrderStatus.Failed, MoveCause.LateSuccessAccepted)] = PaymentOrderStatus.Success,
        [(PaymentOrderStatus.Expired, MoveCause.LateSuccessAccepted)] = PaymentOrderStatus.Success,
        [(PaymentOrderStatus.Canceled, MoveCause.LateSuccessAccepted)] = PaymentOrderStatus.Success,
    };

    public static TheoryData<PaymentOrderStatus, MoveCause> Causes()
    {
        var all = new TheoryData<PaymentOrderStatus, MoveCause>();
        foreach (var from in Enum.GetValues<PaymentOrderStatus>())
        {
            foreach (var cause in Enum.GetValues<MoveCause>()) all.Add(from, cause);
        }
        return all;
    }

    public static TheoryData<PaymentOrderStatus, PaymentOrderStatus> Pairs()
    {
        var all = new TheoryData<PaymentOrderStatus, PaymentOrderStatus>();
        foreach (var from in Enum.GetValues<PaymentOrderStatus>())
        {
            foreach (var to in Enum.GetValues<PaymentOrderStatus>()) all.Add(from, to);
        }
        return all;
    }

    [Theory]
    [MemberData(nameof(Causes))]
    public void Move_ByTheTable_OrThrows(PaymentOrderStatus from, MoveCause cause)
    {
        Assert.Equal(Legal.ContainsKey((from, cause)), PaymentMoves.CanMove(from, cause));
        if (Legal.TryGetValue((from, cause), out var to)) Assert.Equal(to, PaymentMoves.Move(from, cause));
        else Assert.Throws<InvalidOperationException>(() => PaymentMoves.Move(from, cause));
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Pair_IsLegal_WhenSomeCauseLeadsThere(PaymentOrderStatus from, PaymentOrderStatus to) =>
        Assert.Equal(Legal.Any(move => move.Key.Item1 == from && move.Value == to), PaymentMoves.IsLegal(from, to));

    [Fact]
    public void Final_AreAllButTheFirstTwo() =>
        Assert.Equal([PaymentOrderStatus.NotStarted, PaymentOrderStatus.Executing], Enum.GetValues<PaymentOrderStatus>().Where(status => !status.IsFinal()));
}
