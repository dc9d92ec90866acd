using System.Globalization;
using PaymentPortal.Sandbox.Payments;
using PaymentPortal.Sandbox.Wire;

namespace PaymentPortal.Sandbox.Hosted;

/// <summary>One complaint about the form; Field is the input it belongs to.</summary>
public sealed record FormProblem(string Field, string Text);

/// <summary>
/// What a payer posted. Number and code live only in this object and only until the card is known: they are never echoed, stored or logged.
/// </summary>
public sealed class CardForm
{
    private const string TestNumbersOnly = "This is a test page: use one of the test card numbers below.";

    private readonly string _number;
    private readonly string _code;
    private readonly string _expiry;

    private CardForm(IFormCollection form, string? knownEmail)
    {
        Email = Trimmed(form["email"], 200) is { Length: > 0 } email ? email : knownEmail ?? "";
        Name = Trimmed(form["billingName"], 200);
        Attempt = long.TryParse(form["attempt"], NumberStyles.None, CultureInfo.InvariantCulture, out var attempt) ? attempt : null;
        _number = Digits(form["cardNumber"]);
        _code = Digits(form["cardCvc"]);
        _expiry = Trimmed(form["cardExpiry"], 12);
    }

    public string Email { get; }

    public string Name { get; }

    /// <summary>Which try the page was made for; null when the form was posted without its page.</summary>
    public long? Attempt { get; }

    public static CardForm Read(IFormCollection form, string? knownEmail) => new(form, knownEmail);

    /// <summary>The card and its details, or what is wrong with the form.</summary>
    public (TestCard? Card, CardDetails Details, IReadOnlyList<FormProblem> Problems) Judge(DateTimeOffset now)
    {
        var problems = new List<FormProblem>();
        if (!Values.IsEmail(Email))
        {
            problems.Add(new FormProblem("email", "Enter an email address like name@example.com."));
        }

        var card = JudgeNumber(problems);
        var (month, year) = JudgeExpiry(now, problems);
        if (_code.Length != (card?.Brand == "amex" ? 4 : 3) && _code.Length is not (3 or 4))
        {
            problems.Add(new FormProblem("cardCvc", "Enter the 3 or 4 digits of the security code."));
        }

        return (card, new CardDetails(month, year, Name.Length > 0 ? Name : null, Email), problems);
    }

    private TestCard? JudgeNumber(List<FormProblem> problems)
    {
        var card = TestCards.OfNumber(_number);
        if (card is null)
        {
            problems.Add(new FormProblem("cardNumber", _number switch
            {
                "" => "Enter the card number.",
                { Length: < 12 or > 19 } => "Your card number is incomplete.",
                _ when !TestCards.PassesLuhn(_number) => "Your card number is incorrect.",
                _ => TestNumbersOnly,
            }));
        }

        return card;
    }

    private (long Month, long Year) JudgeExpiry(DateTimeOffset now, List<FormProblem> problems)
    {
        var digits = Digits(_expiry);
        if (digits.Length is not (4 or 6))
        {
            problems.Add(new FormProblem("cardExpiry", "Enter the expiry date as MM / YY."));
            return default;
        }

        var month = long.Parse(digits[..2], CultureInfo.InvariantCulture);
        var year = long.Parse(digits[2..], CultureInfo.InvariantCulture) + (digits.Length == 4 ? 2000 : 0);
        if (month is < 1 or > 12)
        {
            problems.Add(new FormProblem("cardExpiry", "Enter a month from 01 to 12."));
        }
        else if ((year, month).CompareTo((now.Year, now.Month)) < 0)
        {
            problems.Add(new FormProblem("cardExpiry", "Your card's expiration date is in the past."));
        }

        return (month, year);
    }

    private static string Trimmed(string? text, int longest)
    {
        var trimmed = (text ?? "").Trim();
        return trimmed.Length > longest ? trimmed[..longest] : trimmed;
    }

    private static string Digits(string? text) => string.Concat((text ?? "").Where(char.IsAsciiDigit).Take(20));
}
