namespace PaymentPortal.Core.Retries;

/// <summary>Which letters a redrive takes and which it leaves alone: one SQL expression for the dry run, the start and each single item.</summary>
public sealed class RedriveRules
{
    private static readonly RedriveSkip[] Common =
    [
        new("closed", "Closed meanwhile", "d.state NOT IN ('Open', 'Redriving')"),
        new("alive", "Its step is being tried already", "NOT EXISTS (SELECT 1 FROM retry_tasks t WHERE t.kind = d.kind AND t.subject_id = d.subject_id AND t.state = 'Dead')"),
    ];

    private static readonly RedriveSkip Held = new("held", "Held by another redrive", "EXISTS (SELECT 1 FROM redrive_items i WHERE i.dead_letter_id = d.dead_letter_id AND i.state IN ('Waiting', 'Working'))");
    private static readonly RedriveSkip Unknown = new("unknown", "What it did to money is not known: ask the PSP first", "d.effect = 'Unknown'");

    private readonly Dictionary<string, string> _texts;

    public RedriveRules(DeadLetters letters)
    {
        var kinds = letters.Steps.SelectMany(step => step.Skips.Select(skip => skip with { When = $"d.kind = '{step.Kind}' AND ({skip.When})" })).ToList();
        var noHandler = new RedriveSkip("nobody", "No part of the program can redrive this kind of step", $"d.kind NOT IN ({string.Join(", ", letters.Steps.Select(step => $"'{step.Kind}'").DefaultIfEmpty("''"))})");
        RedriveSkip[] before = [Common[0], Held, Common[1], noHandler, .. kinds, Unknown], own = [.. Common, noHandler, .. kinds, Unknown], asked = [.. Common, noHandler, .. kinds];
        (WhyNot, WhyNotOwn, WhyNotAsk) = (Case(before), Case(own), Case(asked));
        // What the letter is about may be gone: then its operation must do.
        Act = $"COALESCE(CASE {string.Concat(letters.Steps.Select(step => $"WHEN d.kind = '{step.Kind}' THEN {step.Act} "))}END, d.operation)";
        _texts = before.DistinctBy(skip => skip.Code).ToDictionary(skip => skip.Code, skip => skip.Text, StringComparer.Ordinal);
    }

    /// <summary>The code of the first reason to leave letter <c>d</c> alone, null when there is none.</summary>
    public string WhyNot { get; }

    /// <summary>The same for a letter that the asking redrive holds itself.</summary>
    public string WhyNotOwn { get; }

    /// <summary>The same for a single letter about which the PSP is asked: that is what its step does first.</summary>
    public string WhyNotAsk { get; }

    /// <summary>What a redrive of letter <c>d</c> would do.</summary>
    public string Act { get; }

    public string TextOf(string code) => _texts.GetValueOrDefault(code, code);

    private static string Case(IEnumerable<RedriveSkip> skips) => $"CASE {string.Concat(skips.Select(skip => $"WHEN {skip.When} THEN '{skip.Code}' "))}END";
}
