using PaymentPortal.Core.Payouts;

namespace PaymentPortal.Tests.Payouts;

public sealed class PayoutMovesTests
{
    /// <summary>Every pair that may move, written out once more: a second reading of the same rules.</summary>
    private static readonly string[] Allowed =
    [
        "Requested WithinLimit Approved", "Requested Approved Approved", "Requested ApprovalRefused Refused", "Requested ApprovalExpired Refused", "Requested BankChanged Refused",
        "Requested ApprovalWithdrawn Canceled", "Requested Canceled Canceled", "Approved BankChanged Refused", "Approved NotOurs Refused", "Approved Canceled Canceled", "Approved GivenUp Canceled",
        "Approved SendingStarted Sending", "Sending PayoutMade InTransit", "Sending BankChanged Failed", "Sending Canceled Canceled", "Sending GivenUp Canceled", "Sending StuckAtPsp Failed", "Sending TakenBack Canceled",
        "InTransit StuckAtPsp Failed", "InTransit PaidByPsp Paid", "InTransit FailedAtBank Failed", "InTransit CanceledAtPsp Failed", "InTransit BackAtPsp Canceled", "InTransit TakenBack Canceled",
        "Paid ReturnedByBank Returned", "Failed PayAgain Sending", "Failed TakenBack Canceled", "Returned PayAgain Sending", "Returned TakenBack Canceled",
    ];

    [Fact]
    public void AllPairs_MoveAsTheTableSaysOrThrow()
    {
        foreach (var from in PayoutStatuses.All)
        {
            foreach (var cause in Enum.GetValues<PayoutCause>())
            {
                var allowed = Allowed.SingleOrDefault(move => move.StartsWith($"{from} {cause} ", StringComparison.Ordinal));
                Assert.Equal(allowed is not null, PayoutMoves.CanMove(from, cause));
                if (allowed is null) Assert.Throws<InvalidOperationException>(() => PayoutMoves.Move(from, cause));
                else Assert.Equal(allowed.Split(' ')[2], PayoutMoves.Move(from, cause).ToString());
            }
        }
    }
}
