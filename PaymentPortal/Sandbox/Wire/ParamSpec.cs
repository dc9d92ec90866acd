using System.Globalization;

namespace PaymentPortal.Sandbox.Wire;

/// <summary>What a parameter may hold. Checking is complete before any work begins, so a refused request has changed nothing.</summary>
public abstract record ParamSpec
{
    /// <param name="name">The parameter in the PSP's bracket form, for the error's param.</param>
    public abstract void Check(FormNode node, string name);

    /// <summary>An empty value unsets the parameter instead of being an error.</summary>
    public bool CanUnset { get; init; }

    public static ParamSpec Text(int longest = 5000) => new TextSpec(longest);

    public static ParamSpec Whole(long least = long.MinValue) => new WholeSpec(least);

    public static ParamSpec Flag() => new FlagSpec();

    public static ParamSpec OneOf(params string[] values) => new ChoiceSpec(values);

    public static ParamSpec ListOf(ParamSpec item, int most = 1000) => new ListSpec(item, most);

    public static ParamSpec Metadata() => new MetadataSpec { CanUnset = true };

    /// <summary>Known to the PSP, without effect here and on no money: accepted as it is.</summary>
    public static ParamSpec Ignored() => new IgnoredSpec();

    /// <summary>Known to the PSP and not simulated: refusing beats pretending.</summary>
    public static ParamSpec Unsupported() => new UnsupportedSpec();

    /// <summary>An instant, or a range of instants.</summary>
    public static ParamSpec Range() => new RangeSpec();

    public ParamSpec Unsettable() => this with { CanUnset = true };

    protected string TextOf(FormNode node, string name) => node.Value switch
    {
        null => throw StripeError.Invalid($"Invalid {Noun}", name),
        "" when !CanUnset => throw StripeError.Empty(name),
        var value => value,
    };

    protected virtual string Noun => "string";

    private sealed record TextSpec(int Longest) : ParamSpec
    {
        public override void Check(FormNode node, string name)
        {
            var value = TextOf(node, name);
            if (value.Length > Longest)
            {
                throw StripeError.Invalid($"Invalid string: {value[..10]}...{value[^5..]}; must be at most {Longest} characters", name);
            }
        }
    }

    private sealed record WholeSpec(long Least) : ParamSpec
    {
        protected override string Noun => "integer";

        public override void Check(FormNode node, string name)
        {
            var value = TextOf(node, name);
            if (value.Length == 0)
            {
                return;
            }

            if (!long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            {
                throw StripeError.Invalid($"Invalid integer: {value}", name, "parameter_invalid_integer");
            }

            if (number < Least)
            {
                throw StripeError.Invalid($"This value must be greater than or equal to {Least}.", name, "parameter_invalid_integer");
            }
        }
    }

    private sealed record FlagSpec : ParamSpec
    {
        protected override string Noun => "boolean";

        public override void Check(FormNode node, string name)
        {
            if (TextOf(node, name) is not ("true" or "false" or "") and var value)
            {
                throw StripeError.Invalid($"Invalid boolean: {value}", name);
            }
        }
    }

    private sealed record ChoiceSpec(string[] Values) : ParamSpec
    {
        public override void Check(FormNode node, string name)
        {
            var value = TextOf(node, name);
            if (value.Length > 0 && !Values.Contains(value))
            {
                var list = Values.Length == 1 ? Values[0] : $"{string.Join(", ", Values[..^1])}, or {Values[^1]}";
                throw StripeError.Invalid($"Invalid {name}: must be one of {list}", name);
            }
        }
    }

    private sealed record ListSpec(ParamSpec Item, int Most) : ParamSpec
    {
        public override void Check(FormNode node, string name)
        {
            if (node.Value is { } text)
            {
                throw text.Length == 0 ? StripeError.Empty(name) : StripeError.Invalid("Invalid array", name);
            }

            if (node.Parts.Keys.Any(key => !int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out _)))
            {
                throw StripeError.Invalid("Invalid array", name);
            }

            if (node.Parts.Count > Most)
            {
                throw StripeError.Invalid($"Array {name} exceeded maximum {Most} allowed elements.", name);
            }

            foreach (var (index, item) in node.Items)
            {
                Item.Check(item, $"{name}[{index}]");
            }
        }
    }

    private sealed record MetadataSpec : ParamSpec
    {
        private const int MostKeys = 50;
        private const int LongestKey = 40;
        private const int LongestValue = 500;

        public override void Check(FormNode node, string name)
        {
            if (node.IsText)
            {
                if (node.Value!.Length > 0)
                {
                    throw StripeError.Invalid("Invalid object", name);
                }

                return;
            }

            if (node.Parts.Count > MostKeys)
            {
                throw StripeError.Invalid($"Metadata can have up to {MostKeys} keys, but you passed {node.Parts.Count}.", name);
            }

            foreach (var (key, value) in node.Parts)
            {
                CheckEntry(key, value, $"{name}[{key}]");
            }
        }

        private static void CheckEntry(string key, FormNode value, string name)
        {
            if (key.Length > LongestKey)
            {
                throw StripeError.Invalid($"Metadata keys can be up to {LongestKey} characters, but you passed one of {key.Length} characters. Invalid key: {key}", name);
            }

            if (value.Value is not { } text)
            {
                throw StripeError.Invalid("Metadata values must be strings, but for key '" + key + "' you passed in a value of type hash", name);
            }

            if (text.Length > LongestValue)
            {
                throw StripeError.Invalid($"Metadata values can have up to {LongestValue} characters, but you passed in a value that is {text.Length} characters. Invalid value: {text[..20]}...", name);
            }
        }
    }

    private sealed record IgnoredSpec : ParamSpec
    {
        public override void Check(FormNode node, string name)
        {
        }
    }

    private sealed record UnsupportedSpec : ParamSpec
    {
        public override void Check(FormNode node, string name) => throw StripeError.Unsupported(name);
    }

    private sealed record RangeSpec : ParamSpec
    {
        private static readonly ParamSpec Instant = Whole();
        private static readonly FieldsSpec Bounds = new FieldsSpec()
            .With("gt", Instant).With("gte", Instant).With("lt", Instant).With("lte", Instant);

        public override void Check(FormNode node, string name) => (node.IsText ? Instant : Bounds).Check(node, name);
    }
}
