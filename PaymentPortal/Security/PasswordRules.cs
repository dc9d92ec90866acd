using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Identity;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Security;

/// <summary>
/// What a password must be: 12 to 256 characters (15 are advised), any characters, not one that lists of common passwords begin with, not the
/// person's own address. No rule about kinds of characters: those make passwords worse (ASVS 6.2.5).
/// </summary>
public sealed class PasswordRules : IPasswordValidator<StaffUser>
{
    public const int MinLength = 12;
    public const int AdvisedLength = 15;
    public const int MaxLength = 256;

    /// <summary>OWASP's floor for PBKDF2 with SHA-512; the framework's own default is 100,000.</summary>
    public const int HashIterations = 220_000;

    public async Task<IdentityResult> ValidateAsync(UserManager<StaffUser> manager, StaffUser user, string? password) =>
        Fault(password, await manager.GetEmailAsync(user).ConfigureAwait(false)) is { } fault ? IdentityResult.Failed(new IdentityError { Code = "Password", Description = fault }) : IdentityResult.Success;

    /// <summary>The sentence that says what is wrong, or null.</summary>
    public static string? Fault(string? password, string? email)
    {
        var length = new StringInfo(password ?? "").LengthInTextElements;
        if (length < MinLength) return $"A password needs at least {MinLength} characters; {AdvisedLength} or more are better.";
        if (password!.Length > MaxLength) return $"A password has at most {MaxLength} characters.";
        if (CommonPasswords.IsCommon(password)) return "This password, or one much like it, is on the lists that attackers try first. A few unrelated words are better.";
        if (email?.Split('@')[0] is { Length: >= 4 } name && password.Contains(name, StringComparison.OrdinalIgnoreCase)) return "A password must not contain your own address.";
        return null;
    }
}

/// <summary>
/// Knows common passwords without a network: undoes the usual disguises (case, @ for a, digits and signs around) and refuses what is then only
/// common words, keyboard rows and repeats. So "P@ssw0rd2026!" is refused though no list has it yet. The words are some of our own, the 3,000 most
/// frequent of zxcvbn's list and all of it that is long enough to be a password here.
/// </summary>
internal static class CommonPasswords
{
    private static readonly Lazy<IReadOnlyList<string>> Stems = new(Read);

    public static IReadOnlyList<string> Words => Stems.Value;

    public static bool IsCommon(string password)
    {
        var lower = password.ToLowerInvariant();
        return Words.Contains(lower) || IsRepeat(lower) || IsSequence(lower) || IsOnlyWords(Letters(lower)) || IsOnlyWords(Letters(Plain(lower)));
    }

    private static string Plain(string text)
    {
        const string disguised = "@4301!$57";
        const string meant = "aaeoiisst";
        var plain = new StringBuilder(text.Trim("0123456789!?.#*-_+ ".ToCharArray()));
        for (var at = 0; at < disguised.Length; at++) plain.Replace(disguised[at], meant[at]);
        return plain.ToString();
    }

    private static string Letters(string text) => string.Concat(text.Where(char.IsLetter));

    /// <summary>True when up to three common words are all that stands there, but for two letters; four words of one's own pass.</summary>
    private static bool IsOnlyWords(string text, int at = 0, int wordsLeft = 3, int lettersLeft = 2)
    {
        if (at == text.Length) return true;
        if (lettersLeft > 0 && IsOnlyWords(text, at + 1, wordsLeft, lettersLeft - 1)) return true;
        return wordsLeft > 0 && Words.Any(word =>
            string.CompareOrdinal(text, at, word, 0, word.Length) == 0 && IsOnlyWords(text, at + word.Length, wordsLeft - 1, lettersLeft));
    }

    private static bool IsRepeat(string text)
    {
        for (var period = 1; period <= text.Length / 2; period++)
        {
            if (Enumerable.Range(period, text.Length - period).All(at => text[at] == text[at - period])) return true;
        }
        return false;
    }

    private static bool IsSequence(string text) =>
        Enumerable.Range(1, text.Length - 1).Count(at => Math.Abs(text[at] - text[at - 1]) <= 1) >= text.Length - 2;

    private static List<string> Read()
    {
        using var stream = typeof(CommonPasswords).Assembly.GetManifestResourceStream("PaymentPortal.Security.CommonPasswords.txt")
            ?? throw new InvalidOperationException("The list of common passwords is not in the program.");
        using var reader = new StreamReader(stream);
        return [.. reader.ReadToEnd().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)];
    }
}
