using PaymentPortal.Core.Common;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Payments;

/// <summary>Where a press on Pay leads.</summary>
public abstract record PayAnswer
{
    private PayAnswer()
    {
    }

    /// <summary>To the PSP's page: every click, tab and Back of one attempt gets the same one.</summary>
    public sealed record ToPsp(string Url) : PayAnswer;

    /// <summary>The session is being made: the status page follows it.</summary>
    public sealed record ToStatus : PayAnswer;

    /// <summary>The stored state has no Pay any more: the page itself says why.</summary>
    public sealed record ToPage : PayAnswer;

    /// <summary>Too soon after a try that failed: nothing was changed.</summary>
    public sealed record TooEarly(DateTimeOffset Until) : PayAnswer;

    /// <summary>The PSP refused to make the session: no money has been taken.</summary>
    public sealed record CouldNotStart : PayAnswer;
}

/// <summary>What the buyer does on the checkout page. Safe to repeat: a unique index allows one open attempt per payment event.</summary>
public sealed class BuyerCheckout(WriteLane lane, PaymentMover mover, PaymentService payments, PaymentStatusCheck check, RetryPolicies policies, RetryWorker worker, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(100);

    /// <summary>Null when the link is unknown.</summary>
    public async Task<PayAnswer?> PayAsync(string linkKey, CancellationToken cancellationToken)
    {
        CrashPoint.Hit("pay-before");
        var pressed = await lane.RunAsync(unit => Press(unit, linkKey), cancellationToken).ConfigureAwait(false);
        CrashPoint.Hit("pay-after");
        if (pressed is not { Attempt: { } attempt } || pressed.Answer is not null) return pressed?.Answer;
        // The step runs on whether the buyer waits or not; if this process dies, the worker takes it up when the lease has run out.
        var running = pressed.Task is { } task ? worker.RunOneAsync(task, CancellationToken.None) : Task.CompletedTask;
        return await WaitAsync(attempt, running, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The buyer came back from the PSP: look now instead of waiting for the webhook. Null when there is nothing to look at.</summary>
    public async Task<CheckEnd?> ReturnedAsync(string linkKey, CancellationToken cancellationToken)
    {
        var open = await lane.RunAsync(unit => NoteReturn(unit, linkKey), cancellationToken).ConfigureAwait(false);
        return open is null ? null : (await check.CheckAsync(open.Id, finish: null, cancellationToken).ConfigureAwait(false)).End;
    }

    /// <summary>The buyer gives up. Null when the link is unknown.</summary>
    public async Task<Result<PaymentOrderStatus>?> CancelAsync(string linkKey, CancellationToken cancellationToken)
    {
        var payment = await lane.RunAsync(unit => PaymentRow.FindByLink(unit, linkKey), cancellationToken).ConfigureAwait(false);
        if (payment is null) return null;
        return await payments.CancelAsync(payment.Id, Actor.Buyer, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Stored before the look-up: if that fails, the page must not offer Pay to somebody who may have paid.</summary>
    private static AttemptRow? NoteReturn(UnitOfWork unit, string linkKey)
    {
        if (PaymentRow.FindByLink(unit, linkKey) is not { } payment) return null;
        if (AttemptRow.FindOpen(unit, payment.Id) is not { PspToken: not null } attempt) return null;
        unit.Execute("UPDATE attempts SET returned_at = $2 WHERE attempt_id = $1", attempt.Id.Value, unit.Now);
        return attempt;
    }

    private Pressed? Press(UnitOfWork unit, string linkKey)
    {
        if (PaymentRow.FindByLink(unit, linkKey) is not { } payment) return null;
        if (payment.Status.IsFinal() || payment.WantedEnd(unit.Now) is not null) return new Pressed(null, null, new PayAnswer.ToPage());
        // Also while a page is open: a buyer who goes straight back with the next card is who the delay is for.
        if (payment.Status == PaymentOrderStatus.Executing && BuyerTries.Read(unit, payment).NextAt(policies) is { } next && next > unit.Now) return new Pressed(null, null, new PayAnswer.TooEarly(next));
        if (AttemptRow.FindOpen(unit, payment.Id) is not { } open) return Start(unit, payment);
        if (open.PspUrl is { } url) return new Pressed(open.Id, null, new PayAnswer.ToPsp(url));
        return new Pressed(open.Id, worker.ClaimNow(unit, PaymentSteps.Attempt, open.Id.Value), null);
    }

    private Pressed Start(UnitOfWork unit, PaymentRow payment)
    {
        // Money that waits for finance is this payment's money: nobody pays again meanwhile.
        if (payment.HeldForFinance(unit).Count > 0) return new Pressed(null, null, new PayAnswer.ToPage());
        var id = unit.NewId<AttemptId>();
        var endsAt = CheckoutTimes.EndAfterPay(payment.CreatedAt, unit.Now);
        unit.Execute(
            "INSERT INTO attempts (attempt_id, checkout_id, number, state, started_at) SELECT $1, $2, COALESCE(MAX(number), 0) + 1, 'Open', $3 FROM attempts WHERE checkout_id = $2",
            id.Value, payment.Id.Value, unit.Now);
        unit.Execute("UPDATE payment_events SET nonce = $2, psp_token = NULL, ends_at = $3, updated_at = $4 WHERE checkout_id = $1", payment.Id.Value, id.Value, endsAt, unit.Now);
        RetryQueue.Move(unit, PaymentSteps.CheckoutEnd, payment.Id.Value, endsAt);
        if (payment.Status == PaymentOrderStatus.NotStarted) mover.Move(unit, payment, MoveCause.PayPressed, Actor.Buyer);
        return new Pressed(id, RetryQueue.AddClaimed(unit, PaymentSteps.Attempt, id.Value), null);
    }

    private async Task<PayAnswer> WaitAsync(AttemptId id, Task running, CancellationToken cancellationToken)
    {
        var until = time.GetTimestamp();
        await Task.WhenAny(running, Task.Delay(Patience, cancellationToken)).ConfigureAwait(false);
        while (true)
        {
            var attempt = await lane.RunAsync(unit => AttemptRow.Find(unit, id)!, cancellationToken).ConfigureAwait(false);
            // One that was ended meanwhile may still learn its address: nobody may be sent there any more.
            if (attempt is { IsOpen: true, PspUrl: { } url }) return new PayAnswer.ToPsp(url);
            if (attempt.State == AttemptState.Rejected) return new PayAnswer.CouldNotStart();
            var left = Patience - time.GetElapsedTime(until);
            if (!attempt.IsOpen || left <= TimeSpan.Zero) return new PayAnswer.ToStatus();
            // Our own try wakes us as it ends; one that another request or the worker runs can only be watched.
            if (running.IsCompleted) await Task.Delay(left < Glance ? left : Glance, cancellationToken).ConfigureAwait(false);
            else await Task.WhenAny(running, Task.Delay(left, cancellationToken)).ConfigureAwait(false);
        }
    }

    private sealed record Pressed(AttemptId? Attempt, ClaimedTask? Task, PayAnswer? Answer);
}
