namespace PaymentPortal.Core.Common;

/// <summary>Texts of others (an error, a reason) that go into a column.</summary>
internal static class StoredText
{
    /// <summary>As long as the columns of errors and reasons are.</summary>
    private const int Longest = 500;

    public static string Cut(string text) => text.Length > Longest ? text[..Longest] : text;
}
