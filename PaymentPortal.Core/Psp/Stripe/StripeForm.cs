using System.Globalization;
using System.Text;

namespace PaymentPortal.Core.Psp.Stripe;

/// <summary>
/// Builds a form-encoded body in the order of the calls, so that equal input gives equal bytes. A null or empty value is left out: to the PSP
/// an empty string means "unset", and is an error where nothing can be unset.
/// </summary>
internal sealed class StripeForm
{
    private readonly StringBuilder _body = new(512);

    /// <summary>Names are spelled with their brackets, like <c>line_items[0][quantity]</c>; those stay as they are, all else is escaped.</summary>
    public StripeForm Add(string name, string? value)
    {
        if (string.IsNullOrEmpty(value)) return this;
        if (_body.Length > 0) _body.Append('&');
        _body.Append(Uri.EscapeDataString(name).Replace("%5B", "[", StringComparison.Ordinal).Replace("%5D", "]", StringComparison.Ordinal));
        _body.Append('=').Append(Uri.EscapeDataString(value));
        return this;
    }

    public StripeForm Add(string name, long value) => Add(name, value.ToString(CultureInfo.InvariantCulture));

    public override string ToString() => _body.ToString();
}
