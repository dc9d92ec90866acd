namespace PaymentPortal.Sandbox.Wire;

/// <summary>A closed set of named parameters. A name that is not in it is an error, at every depth, as at the PSP.</summary>
public sealed record FieldsSpec : ParamSpec
{
    private readonly Dictionary<string, ParamSpec> _fields = [];
    private readonly List<string> _required = [];

    public FieldsSpec With(string name, ParamSpec spec)
    {
        _fields.Add(name, spec);
        return this;
    }

    public FieldsSpec Require(string name, ParamSpec spec)
    {
        _required.Add(name);
        return With(name, spec);
    }

    public FieldsSpec Ignoring(params string[] names) => WithAll(names, Ignored());

    public FieldsSpec Refusing(params string[] names) => WithAll(names, Unsupported());

    /// <summary>For a resource's own refusal of one parameter, in words of its own.</summary>
    public FieldsSpec Retired(string name, string message, string code) => With(name, new RetiredSpec(message, code));

    public override void Check(FormNode node, string name)
    {
        if (node.Value is { } text)
        {
            if (text.Length == 0 && CanUnset)
            {
                return;
            }

            throw text.Length == 0 ? StripeError.Empty(name) : StripeError.Invalid("Invalid object", name);
        }

        foreach (var (part, value) in node.Parts)
        {
            var full = Full(name, part);
            if (!_fields.TryGetValue(part, out var spec))
            {
                throw StripeError.Invalid($"Received unknown parameter: {full}", full, "parameter_unknown");
            }

            spec.Check(value, full);
        }

        if (_required.Find(required => !node.Parts.ContainsKey(required)) is { } missing)
        {
            throw StripeError.Missing(Full(name, missing));
        }
    }

    private static string Full(string name, string part) => name.Length == 0 ? part : $"{name}[{part}]";

    private FieldsSpec WithAll(string[] names, ParamSpec spec)
    {
        Array.ForEach(names, name => _fields.Add(name, spec));
        return this;
    }

    private sealed record RetiredSpec(string Message, string Code) : ParamSpec
    {
        public override void Check(FormNode node, string name) => throw StripeError.Invalid(Message, name, Code);
    }
}
