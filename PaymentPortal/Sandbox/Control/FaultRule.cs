namespace PaymentPortal.Sandbox.Control;

/// <summary>
/// One fault of the API: which requests it meets, and what befalls them. It has either Do or Status. A path's segment * or {name} fits any
/// one segment. Metadata is the request's own, or that of the object in its path.
/// </summary>
public sealed record FaultRule
{
    public static readonly string[] Kinds = ["timeout_before", "timeout_after", "reset_before", "reset_after", "truncate", "slow", "forget_key"];

    public string? Method { get; init; }

    public string? Path { get; init; }

    public Dictionary<string, string>? Metadata { get; init; }

    public double Probability { get; init; } = 1;

    /// <summary>How often the rule still strikes; null is without end.</summary>
    public int? Times { get; init; }

    public string? Do { get; init; }

    public int DelayMs { get; init; }

    /// <summary>Answer with this status, without doing the work.</summary>
    public int? Status { get; init; }

    public string? Code { get; init; }

    public bool Fits(string method, string path) =>
        (Method is null || Method.Equals(method, StringComparison.OrdinalIgnoreCase)) && (Path is null || FitsPath(Path, path));

    /// <summary>What is wrong with the rule, or null.</summary>
    public string? Complaint() => this switch
    {
        { Do: null, Status: null } or { Do: not null, Status: not null } => "a rule has either do or status",
        { Do: { } kind } when !Kinds.Contains(kind) => $"do is one of {string.Join(", ", Kinds)}",
        { Status: < 400 or > 599 } => "status is 400 to 599",
        { Probability: < 0 or > 1 } => "probability is 0 to 1",
        { Times: < 1 } => "times is 1 or more",
        { DelayMs: < 0 } => "delay_ms is 0 or more",
        { Path: { } path } when !path.StartsWith("/v1", StringComparison.Ordinal) => "path begins with /v1",
        _ => null,
    };

    private static bool FitsPath(string pattern, string path)
    {
        var wanted = pattern.Split('/');
        var found = path.Split('/');
        return wanted.Length == found.Length && wanted.Zip(found).All(pair => pair.First == pair.Second || pair.First == "*" || pair.First.StartsWith('{'));
    }
}

/// <summary>Faults of webhook deliveries, as rates of 0 to 1.</summary>
public sealed record WebhookFaults
{
    /// <summary>Lost for ever: not sent and not repeated.</summary>
    public double Drop { get; init; }

    /// <summary>Sent twice.</summary>
    public double Duplicate { get; init; }

    public int DelayMs { get; init; }

    /// <summary>Sent in any order.</summary>
    public bool Shuffle { get; init; }

    /// <summary>Preceded by a changed copy with a signature that does not verify.</summary>
    public double Forge { get; init; }

    public string? Complaint() => this switch
    {
        { Drop: < 0 or > 1 } or { Duplicate: < 0 or > 1 } or { Forge: < 0 or > 1 } => "webhook rates are 0 to 1",
        { DelayMs: < 0 } => "delay_ms is 0 or more",
        _ => null,
    };
}

/// <summary>Rows per settlement file that are wrong in each way.</summary>
public sealed record SettlementFaults
{
    public int Missing { get; init; }

    public int Extra { get; init; }

    public int Amount { get; init; }

    public int Currency { get; init; }

    public int Fee { get; init; }

    public int Duplicate { get; init; }

    public int Status { get; init; }

    public int Late { get; init; }

    public int Unknown { get; init; }

    public string? Complaint() =>
        new[] { Missing, Extra, Amount, Currency, Fee, Duplicate, Status, Late, Unknown }.Any(rows => rows < 0) ? "settlement faults are numbers of rows" : null;
}

/// <summary>Everything that PUT /sandbox/control/faults sets, as one value.</summary>
public sealed record FaultSettings
{
    public static readonly FaultSettings None = new();

    public IReadOnlyList<FaultRule> Rules { get; init; } = [];

    public WebhookFaults Webhooks { get; init; } = new();

    public SettlementFaults Settlement { get; init; } = new();

    public string? Complaint() => Rules.Select(rule => rule is null ? "a rule is null" : rule.Complaint()).Append(Webhooks.Complaint()).Append(Settlement.Complaint()).FirstOrDefault(text => text is not null);
}
