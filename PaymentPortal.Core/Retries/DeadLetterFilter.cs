using PaymentPortal.Core.Common;

namespace PaymentPortal.Core.Retries;

/// <summary>Which letters: any field that is null does not narrow.</summary>
public sealed record DeadLetterFilter
{
    public string? CauseKey { get; init; }

    public string? Operation { get; init; }

    public MoneyEffect? Effect { get; init; }

    public string? Currency { get; init; }

    /// <summary>An id of a letter, a payment or the step's subject.</summary>
    public string? Text { get; init; }

    public MomentRange LastSeen { get; init; }

    /// <summary>Chosen one by one.</summary>
    public IReadOnlyList<string>? Ids { get; init; }

    /// <summary>Those that failed again in this redrive.</summary>
    public string? FailedIn { get; init; }

    public bool WantsClosed { get; init; }

    public bool IsEmpty => this == new DeadLetterFilter { WantsClosed = WantsClosed };

    /// <summary>Conditions over <c>d</c> with arguments from $1 on.</summary>
    internal (string Where, List<object?> Arguments) ToSql()
    {
        List<string> where = [WantsClosed ? "d.state IN ('Resolved', 'Discarded')" : "d.state IN ('Open', 'Redriving')"];
        List<object?> arguments = [];
        Add("d.cause_key = {0}", CauseKey);
        Add("d.operation = {0}", Operation);
        Add("d.effect = {0}", Effect);
        Add("d.currency = {0}", Currency);
        Add("(d.dead_letter_id = {0} OR d.checkout_id = {0} OR d.subject_id = {0})", Text);
        Add("EXISTS (SELECT 1 FROM redrive_items f WHERE f.redrive_id = {0} AND f.dead_letter_id = d.dead_letter_id AND f.state = 'FailedAgain')", FailedIn);
        Add("d.last_seen >= {0}", LastSeen.From);
        Add("d.last_seen < {0}", LastSeen.To);
        if (Ids is not null)
        {
            where.Add($"d.dead_letter_id IN ({string.Join(", ", Ids.Select((_, at) => $"${arguments.Count + at + 1}"))})");
            arguments.AddRange(Ids);
        }
        return (string.Join(" AND ", where), arguments);

        void Add(string condition, object? value)
        {
            if (value is null) return;
            arguments.Add(value);
            where.Add(string.Format(System.Globalization.CultureInfo.InvariantCulture, condition, "$" + arguments.Count.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        }
    }
}
