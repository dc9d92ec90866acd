using System.Globalization;
using PaymentPortal.Sandbox.Wire;

namespace PaymentPortal.Sandbox.Console;

/// <summary>Reads what a person typed. What can't be read is refused by the field's name, never guessed.</summary>
public static class FormValues
{
    private const long Largest = 100_000_000;

    public static string? Text(IFormCollection form, string name) => form[name].ToString().Trim() is { Length: > 0 } text ? text : null;

    public static long Whole(IFormCollection form, string name, string title) =>
        long.TryParse(form[name].ToString().Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= Largest
            ? number
            : throw StripeError.Invalid($"{title} must be a whole number from 0 to {Largest}.", name);

    /// <summary>A percentage as a rate of 0 to 1.</summary>
    public static double Percent(IFormCollection form, string name, string title) =>
        int.TryParse(form[name].ToString().Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var percent) && percent <= 100
            ? percent / 100.0
            : throw StripeError.Invalid($"{title} must be a whole number from 0 to 100.", name);
}
