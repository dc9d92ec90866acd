namespace PaymentPortal.Core.Payments;

/// <summary>How personal data is shown to those who have not asked to see it: enough to tell two people apart, too little to know them.</summary>
public static class PersonalData
{
    /// <summary>"a***@mail.example".</summary>
    public static string MaskEmail(string email)
    {
        var at = email.IndexOf('@', StringComparison.Ordinal);
        return at <= 0 ? "***" : $"{email[0]}***{email[at..]}";
    }

    /// <summary>"Anna K.": the first name and the first letter of the last.</summary>
    public static string MaskName(string name)
    {
        var words = name.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0) return "***";
        return words.Length == 1 ? $"{words[0][0]}***" : $"{words[0]} {words[^1][0]}.";
    }
}
