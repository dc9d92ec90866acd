using System.Globalization;
using System.Text;
using PaymentPortal.Sandbox.Wire;

namespace PaymentPortal.Sandbox.Payments;

/// <summary>
/// The PSP's query language: field:'value', metadata['key']:'value', numbers with &gt; &lt; &gt;= &lt;=, a minus to negate, joined by AND or by OR but not
/// by both. It becomes a condition over the stored JSON.
/// </summary>
public sealed class SearchQuery
{
    private static readonly HashSet<string> NumberFields = ["amount", "created"];
    private static readonly HashSet<string> FlagFields = ["disputed", "refunded"];

    private readonly string _text;
    private readonly IReadOnlySet<string> _fields;
    private readonly StringBuilder _condition = new();
    private readonly List<object?> _values = [];
    private int _at;
    private string? _joint;

    private SearchQuery(string text, IReadOnlySet<string> fields) => (_text, _fields) = (text, fields);

    /// <summary>The condition in SQL, {0}, {1} … standing for the values.</summary>
    public static (string Condition, object?[] Values) Parse(string text, IReadOnlySet<string> fields)
    {
        var query = new SearchQuery(text, fields);
        query.ReadAll();
        return (query._condition.ToString(), [.. query._values]);
    }

    private void ReadAll()
    {
        _condition.Append('(');
        ReadClause();
        SkipSpaces();
        while (_at < _text.Length)
        {
            ReadJoint();
            ReadClause();
            SkipSpaces();
        }

        _condition.Append(')');
    }

    private void ReadJoint()
    {
        var joint = Word();
        if (joint is not ("AND" or "OR") || (_joint is not null && _joint != joint))
        {
            throw Wrong();
        }

        _joint = joint;
        _condition.Append(' ').Append(joint).Append(' ');
    }

    private void ReadClause()
    {
        SkipSpaces();
        var isNegated = Take('-');
        var column = Column();
        var comparison = Comparison();
        var isNumber = NumberFields.Contains(column.Field);
        if (comparison is not ("=" or "~") && !isNumber)
        {
            throw Wrong();
        }

        _condition.Append(isNegated ? "NOT coalesce(" : "coalesce(").Append(column.Sql);
        AppendTest(comparison, column.Field);
        _condition.Append(", 0)");
    }

    private void AppendTest(string comparison, string field)
    {
        var value = Literal();
        var place = $"{{{_values.Count}}}";
        if (comparison == "~")
        {
            _condition.Append($" LIKE '%' || {place} || '%'");
        }
        else
        {
            _condition.Append($" {comparison} {place}");
        }

        _values.Add(NumberFields.Contains(field) || FlagFields.Contains(field) ? Number(value) : value);
    }

    /// <summary>SQLite reads JSON's true and false as 1 and 0.</summary>
    private long Number(string value) => value switch
    {
        "true" => 1,
        "false" => 0,
        _ => long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : throw Wrong(),
    };

    private (string Field, string Sql) Column()
    {
        var field = Word();
        if (field == "metadata" && Take('['))
        {
            var key = Literal();
            if (!Take(']'))
            {
                throw Wrong();
            }

            // The key goes in as a value, for it is the caller's text.
            _values.Add(key);
            return ("metadata", $"(SELECT value FROM json_each(objects.json, '$.metadata') WHERE key = {{{_values.Count - 1}}})");
        }

        return _fields.Contains(field) ? (field, $"json ->> '$.{field}'") : throw StripeError.Invalid($"Field `{field}` is an unsupported search field for this resource.", "query");
    }

    private string Comparison()
    {
        foreach (var (sign, sql) in new[] { (":", "="), ("~", "~"), (">=", ">="), ("<=", "<="), (">", ">"), ("<", "<") })
        {
            if (_text.AsSpan(_at).StartsWith(sign))
            {
                _at += sign.Length;
                return sql;
            }
        }

        throw Wrong();
    }

    /// <summary>A quoted text, in which \' is a quote, or a bare number or word.</summary>
    private string Literal()
    {
        if (_at >= _text.Length || _text[_at] is not ('\'' or '"'))
        {
            return Word();
        }

        var quote = _text[_at++];
        var value = new StringBuilder();
        while (_at < _text.Length && _text[_at] != quote)
        {
            if (_text[_at] == '\\' && _at + 1 < _text.Length)
            {
                _at++;
            }

            value.Append(_text[_at++]);
        }

        return Take(quote) ? value.ToString() : throw Wrong();
    }

    private string Word()
    {
        SkipSpaces();
        var start = _at;
        while (_at < _text.Length && (char.IsAsciiLetterOrDigit(_text[_at]) || _text[_at] is '_' or '.'))
        {
            _at++;
        }

        return _at > start ? _text[start.._at] : throw Wrong();
    }

    private bool Take(char letter)
    {
        if (_at >= _text.Length || _text[_at] != letter)
        {
            return false;
        }

        _at++;
        return true;
    }

    private void SkipSpaces()
    {
        while (_at < _text.Length && _text[_at] == ' ')
        {
            _at++;
        }
    }

    private StripeError Wrong() =>
        StripeError.Invalid($"We were unable to parse your search query. Try using the format `metadata[\"key\"]:\"value\"` (at character {_at}).", "query");
}
