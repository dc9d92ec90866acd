using PaymentPortal.Core.Common;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Retries;

/// <summary>What a dead step is about.</summary>
public sealed record DeadSubject(string? CheckoutId, Money? AtRisk);

/// <summary>Why a redrive leaves a letter alone. <see cref="When"/> is a condition in SQL over <c>d</c>, the letter.</summary>
public sealed record RedriveSkip(string Code, string Text, string When);

/// <summary>
/// What a person can do about dead steps of one kind. Conditions are SQL, so that a dry run over a hundred thousand letters and the redrive of one
/// ask the very same question.
/// </summary>
public interface IDeadStep
{
    string Kind { get; }

    /// <summary>The step in words, for lists.</summary>
    string Label { get; }

    /// <summary>What would be sent, in SQL over <c>d</c>: one line of text.</summary>
    string Act { get; }

    IReadOnlyList<RedriveSkip> Skips { get; }

    DeadSubject Describe(UnitOfWork unit, string subjectId);

    /// <summary>Makes the subject fit for another try, in the unit that brings its step back. The try then follows the key rule like any other.</summary>
    void Revive(UnitOfWork unit, string subjectId);

    /// <summary>Why this step must not be given up; null when it may.</summary>
    string? WhyNotGiveUp(UnitOfWork unit, string subjectId);

    /// <summary>Settles the subject of a step that is given up, in the unit that deletes the step.</summary>
    void GiveUp(UnitOfWork unit, string subjectId);
}
