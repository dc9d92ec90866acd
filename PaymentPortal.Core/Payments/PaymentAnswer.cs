using PaymentPortal.Core.Common;
using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Retries;

namespace PaymentPortal.Core.Payments;

/// <summary>The one next step that a payment's answer offers.</summary>
public enum AnswerStep
{
    Nothing,
    AskPsp,
    AcceptLate,

    /// <summary>Something outside this page; <see cref="PaymentAnswer.Advice"/> says what.</summary>
    Advice,
}

/// <summary>What happened to a payment, what that did to money, who is waited for and what to do next: facts in words, never blank.</summary>
public sealed record PaymentAnswer(string What, MoneyEffect Money, string Who, AnswerStep Next)
{
    /// <summary>The code under which the catalogue explains it.</summary>
    public string? Code { get; init; }

    /// <summary>Set when money was taken.</summary>
    public Money? Taken { get; init; }

    public string? Advice { get; init; }

    /// <summary>Set while an outcome of the current attempt is not known.</summary>
    public UnknownOutcome? Unknown { get; init; }

    /// <summary>Another sentence about money than the three usual ones.</summary>
    public string? MoneyLine { get; init; }
}

/// <summary>Composes the answer from facts and the catalogue, in one place for the page and for whoever else must say it.</summary>
public static class PaymentAnswers
{
    private const string Us = "us";
    private const string Customer = "the customer";
    private const string Psp = "the PSP";
    private const string Finance = "finance";
    private const string Nobody = "nobody";

    /// <param name="details">The facts.</param>
    /// <param name="write">How the reader writes an amount.</param>
    public static PaymentAnswer Of(PaymentDetails details, Func<Money, string> write) =>
        State(details, write) with { Unknown = UnknownOutcomes.Of(details).FirstOrDefault(one => one.AttemptId == details.Payment.Nonce) };

    private static PaymentAnswer State(PaymentDetails details, Func<Money, string> write) => details.State switch
    {
        PaymentState.Created => new("The customer has the link and has not pressed Pay.", MoneyEffect.None, Customer, AnswerStep.Nothing),
        PaymentState.RequiresAction => WithCustomer(details),
        PaymentState.Processing => UnderWay(details),
        PaymentState.Retrying => Retrying(details),
        PaymentState.DeadLettered => Dead(details),
        PaymentState.NeedsAttention => details.OpenFinanceTask is { } task ? WithFinance(details, task, write) : WordMissing(),
        PaymentState.Succeeded => Paid(details, write),
        PaymentState.Failed => Failed(details),
        PaymentState.Canceled => new($"The checkout was cancelled by {Canceller(details)} before it was paid.", MoneyEffect.None, Nobody, AnswerStep.Nothing),
        PaymentState.Expired => new(details.Attempts.Count == 0 ? "The checkout ended without anybody pressing Pay." : "The checkout ended unpaid.", MoneyEffect.None, Nobody, AnswerStep.Nothing),
    };

    private static PaymentAnswer WithCustomer(PaymentDetails details)
    {
        if (details.NewestDecline is { } decline)
        {
            var text = PspErrorCatalogue.FindDecline(decline.FailureCode, decline.DeclineCode);
            return new($"{text.What} ({details.Payment.Declines} of {details.Payment.DeclineCap} tries).", text.Money, Customer, AnswerStep.Advice) { Code = text.Code, Advice = text.Next };
        }
        if (details.CurrentAttempt?.State == AttemptState.Open)
            return new("The customer is at the PSP's page and has not paid yet.", MoneyEffect.None, Customer, AnswerStep.AskPsp) { MoneyLine = "None that we know of" };
        return new("The last payment page has closed unpaid. The customer may press Pay again.", MoneyEffect.None, Customer, AnswerStep.Nothing);
    }

    private static PaymentAnswer UnderWay(PaymentDetails details)
    {
        if (details.CurrentAttempt is { State: AttemptState.Open, PspToken: null })
            return new("The payment page is being made at the PSP.", MoneyEffect.None, Us, AnswerStep.Nothing);
        if (details.CurrentAttempt is { State: AttemptState.Open, CompletedAt: not null })
            return new("The customer has finished the payment page; the bank's word about the money is awaited.", MoneyEffect.Unknown, Psp, AnswerStep.AskPsp) { MoneyLine = "Not known until the PSP has confirmed it" };
        var why = details.Payment.CancelRequestedAt is not null ? "Somebody wants the checkout cancelled"
            : details.Payment.Declines >= details.Payment.DeclineCap ? $"{details.Payment.DeclineCap} cards were declined" : "The checkout's time is up";
        return new($"{why}; the PSP's last word about the open page is awaited.", MoneyEffect.Unknown, Psp, AnswerStep.AskPsp) { MoneyLine = "Not known until the PSP has said that the page is closed" };
    }

    private static PaymentAnswer Retrying(PaymentDetails details)
    {
        var step = details.TroubledStep!;
        var text = NewestFault(details);
        var tries = step.Tries == 1 ? "once" : $"{step.Tries} times";
        // Before the page exists the customer can't have been sent to it: whatever became of our call, nothing was paid.
        if (details.CurrentAttempt is { PspToken: null })
            return new($"Making the payment page failed {tries}{Because(text, step)}. It is tried again by itself.", MoneyEffect.None, Us, AnswerStep.AskPsp) { Code = text?.Code };
        return new($"Asking the PSP for this payment's status failed {tries}{Because(text, step)}. It is tried again by itself.", MoneyEffect.Unknown, Psp, AnswerStep.AskPsp)
        {
            Code = text?.Code,
            MoneyLine = "Unknown: the customer was at the PSP's page",
        };
    }

    private static PaymentAnswer Dead(PaymentDetails details)
    {
        var text = NewestFault(details);
        var what = text is null ? $"Our step stopped for good: {details.TroubledStep?.LastError?.TrimEnd('.') ?? "no reason was written down"}." : $"The payment page could not be made: {Lower(text.What)}.";
        return new(what, MoneyEffect.None, Owner(text?.Who ?? ErrorOwner.Support), AnswerStep.Advice)
        {
            Code = text?.Code,
            Advice = text?.Next ?? "Read the timeline, mend the cause; the customer may press Pay again.",
        };
    }

    private static PaymentAnswer WithFinance(PaymentDetails details, FinanceTask task, Func<Money, string> write)
    {
        var money = new Money(task.Amount, Currency.Of(task.Currency));
        return task.Kind switch
        {
            FinanceTaskKind.LateSuccess => new(
                details.Payment.Status == PaymentOrderStatus.Success ? "It was paid a second time through another page." : "It was paid after the checkout had ended.", MoneyEffect.Taken, Finance,
                LateSuccess.WhyNotAccept(task, details.Payment.Status) is null ? AnswerStep.AcceptLate : AnswerStep.Advice)
            {
                Code = "late_success",
                Taken = money,
                MoneyLine = $"{write(money)} taken; it waits in suspense",
                Advice = LateSuccess.WhyNotAccept(task, details.Payment.Status),
            },
            FinanceTaskKind.AmountDiffers => new($"The PSP took {write(money)}, we asked for {write(details.Total)}.", MoneyEffect.Taken, Finance, AnswerStep.Advice)
            {
                Code = "amount_differs",
                Taken = money,
                MoneyLine = $"{write(money)} taken; it waits in suspense",
                Advice = "Compare both sides, then refund it at the PSP.",
            },
            FinanceTaskKind.SettlementDiffers => new("The PSP settled the charge in another amount or currency than it charged.", MoneyEffect.Taken, Finance, AnswerStep.Advice)
            {
                Code = "settlement_differs",
                Taken = money,
                MoneyLine = $"{write(money)} charged; nothing is booked yet",
                Advice = "Look at the balance transaction at the PSP before anything is booked.",
            },
            FinanceTaskKind.RefundOwed => new($"A refund of {write(money)} came back from the bank: the buyer is still owed.", MoneyEffect.Taken, Finance, AnswerStep.Advice)
            {
                Code = "refund_owed",
                Taken = details.Total,
                MoneyLine = $"{write(money)} owed to the buyer",
                Advice = "Send it again, or pay the buyer another way and note that here.",
            },
        };
    }

    private static PaymentAnswer WordMissing() =>
        new("The checkout is over, and the PSP has not said whether it was paid.", MoneyEffect.Unknown, Psp, AnswerStep.AskPsp) { Code = "outcome_unknown" };

    private static PaymentAnswer Paid(PaymentDetails details, Func<Money, string> write)
    {
        var orders = details.Orders.Count == 1 ? "its order" : $"its {details.Orders.Count} orders";
        var card = details.PaidCharge is { CardBrand: { } brand, CardLast4: { } last4 } ? $" with {CardBrands.Name(brand)} ending {last4}" : "";
        var before = details.Payment.Declines > 0 ? $" after {details.Payment.Declines} declined" : "";
        var paid = new PaymentAnswer($"Paid{card}{before}, and booked to {orders}.", MoneyEffect.Taken, Nobody, AnswerStep.Nothing) { Taken = details.Total };
        if (details.DeadReturns is not [var dead, ..]) return paid;
        var refund = details.Refunds.FirstOrDefault(one => one.RefundId == dead.SubjectId);
        var stopped = refund is null ? "answering its dispute" : $"giving back {write(new Money(refund.Amount, Currency.Of(refund.Currency)))}";
        return paid with
        {
            What = $"{paid.What} But {stopped} stopped for good: {dead.LastError?.TrimEnd('.') ?? "no reason was written down"}.",
            Who = Owner(ErrorOwner.Support),
            Next = AnswerStep.Advice,
            Advice = $"Open the {(refund is null ? "dispute" : "refund")} below: its dead letter is redriven or given up.",
        };
    }

    private static PaymentAnswer Failed(PaymentDetails details)
    {
        if (details.NewestDecline is not { } decline)
            return new("The bank's payment failed after the checkout was complete.", MoneyEffect.None, Customer, AnswerStep.Advice) { Code = "async_payment_failed", Advice = "Make a new checkout." };
        var text = PspErrorCatalogue.FindDecline(decline.FailureCode, decline.DeclineCode);
        return new($"{text.What}. It was the last of {details.Payment.Declines} tries.", text.Money, Customer, AnswerStep.Advice) { Code = text.Code, Advice = "Make a new checkout; this one takes no more cards." };
    }

    /// <summary>What the catalogue says of the newest call that went wrong.</summary>
    private static ErrorText? NewestFault(PaymentDetails details)
    {
        var line = details.Talk.FirstOrDefault(line => line.Verdict is not (PspVerdict.Succeeded or PspVerdict.Pending));
        return line is null ? null : line.ErrorCode is { } code && PspErrorCatalogue.Find(code) is { IsKnown: true } known ? known
            : PspErrorCatalogue.Find(line.Verdict, new PspError(line.Exchange.HttpStatus, null, line.ErrorCode, null, null, ""));
    }

    private static string Canceller(PaymentDetails details) => details.History.LastOrDefault(line => line.Cause == MoveCause.Canceled)?.Actor switch
    {
        "buyer" => Customer,
        { } actor when actor.StartsWith("user:", StringComparison.Ordinal) => "the staff",
        _ => "the shop",
    };

    private static string Owner(ErrorOwner owner) => owner switch
    {
        ErrorOwner.Customer => Customer,
        ErrorOwner.Support => Us,
        ErrorOwner.Finance => Finance,
        ErrorOwner.Admin => "an admin",
        ErrorOwner.ShopDeveloper => "the shop's developer",
        ErrorOwner.Psp => Psp,
    };

    private static string Because(ErrorText? text, RetryTask step) => text is not null ? $": {Lower(text.What)}" : step.LastError is { } error ? $": {Lower(error.TrimEnd('.'))}" : "";

    // Only the first letter of a sentence that goes on inside another; names such as PSP keep theirs.
    private static string Lower(string text) => text.Length > 1 && char.IsUpper(text[1]) ? text : char.ToLowerInvariant(text[0]) + text[1..];
}
