using PaymentPortal.Core.Common;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Payments;

/// <summary>
/// A dead step of an attempt. When the PSP refused to make the page, a redrive opens the attempt again and asks under the next key; only while the
/// checkout runs and the customer has not pressed Pay anew.
/// </summary>
public sealed class DeadAttempt : IDeadStep
{
    public string Kind => PaymentSteps.Attempt;

    public string Label => "Payment page of an attempt";

    /// <summary>The key that the key rule will give: the same while nothing is proved, the next after a definite no.</summary>
    public string Act => """
        COALESCE((SELECT 'POST ' || CASE WHEN a.psp_token IS NULL THEN '/v1/checkout/sessions' ELSE NULL END || ', key ' || d.subject_id || ':session:'
            || COALESCE((SELECT MAX(c.generation) + MAX(CASE WHEN c.effect_proved = 'Nothing' THEN 1 ELSE 0 END) FROM psp_calls c WHERE c.item = d.subject_id AND c.step = 'session'), 1)
            FROM attempts a WHERE a.attempt_id = d.subject_id), 'Ask the PSP for the page''s status')
        """;

    public IReadOnlyList<RedriveSkip> Skips { get; } =
    [
        new("done", "Done at the PSP already", "EXISTS (SELECT 1 FROM attempts a WHERE a.attempt_id = d.subject_id AND a.state = 'Paid') OR (EXISTS (SELECT 1 FROM psp_calls c WHERE c.item = d.subject_id AND c.step = 'session' AND c.effect_proved = 'Exists') AND EXISTS (SELECT 1 FROM attempts a WHERE a.attempt_id = d.subject_id AND a.state <> 'Open'))"),
        new("checkout.over", "The checkout is over", "EXISTS (SELECT 1 FROM attempts a JOIN payment_events p ON p.checkout_id = a.checkout_id WHERE a.attempt_id = d.subject_id AND a.state = 'Rejected' AND p.status <> 'EXECUTING')"),
        new("newer", "The customer has pressed Pay again since", "EXISTS (SELECT 1 FROM attempts a JOIN attempts n ON n.checkout_id = a.checkout_id AND n.number > a.number WHERE a.attempt_id = d.subject_id AND a.state = 'Rejected')"),
    ];

    public DeadSubject Describe(UnitOfWork unit, string subjectId) => unit.QueryFirst(
        "SELECT p.checkout_id, p.amount, p.currency FROM attempts a JOIN payment_events p ON p.checkout_id = a.checkout_id WHERE a.attempt_id = $1",
        row => new DeadSubject(row.GetString(0), new Money(row.GetInt64(1), Currency.Of(row.GetString(2)))), subjectId) ?? new DeadSubject(null, null);

    public void Revive(UnitOfWork unit, string subjectId) =>
        unit.Execute("UPDATE attempts SET state = 'Open', ended_at = NULL WHERE attempt_id = $1 AND state = 'Rejected'", subjectId);

    public string? WhyNotGiveUp(UnitOfWork unit, string subjectId) =>
        AttemptRow.Find(unit, new AttemptId(subjectId)) is { State: AttemptState.Open or AttemptState.Abandoned }
            ? "Whether this page was paid is not settled: only the PSP's word ends it. Ask the PSP instead."
            : null;

    public void GiveUp(UnitOfWork unit, string subjectId)
    {
        // A page that was never made leaves nothing to settle: Pay is offered as long as the checkout runs.
    }
}

/// <summary>The dead end of a checkout. It must come to an end, so it can be redriven and never given up.</summary>
public sealed class DeadCheckoutEnd : IDeadStep
{
    public string Kind => PaymentSteps.CheckoutEnd;

    public string Label => "End of a checkout";

    public string Act => "'Close the page at the PSP if it is open, and end ' || d.subject_id";

    public IReadOnlyList<RedriveSkip> Skips { get; } = [];

    public DeadSubject Describe(UnitOfWork unit, string subjectId) =>
        PaymentRow.Find(unit, new CheckoutId(subjectId)) is { } payment ? new DeadSubject(subjectId, payment.Total) : new DeadSubject(null, null);

    public void Revive(UnitOfWork unit, string subjectId)
    {
        // The step reads all it needs from the payment.
    }

    public string? WhyNotGiveUp(UnitOfWork unit, string subjectId) => "Without this step the checkout would never end. Redrive it instead.";

    public void GiveUp(UnitOfWork unit, string subjectId) => throw new InvalidOperationException("The end of a checkout can't be given up.");
}
