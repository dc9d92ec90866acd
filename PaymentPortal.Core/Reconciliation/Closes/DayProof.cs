using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using PaymentPortal.Core.Common;

namespace PaymentPortal.Core.Reconciliation.Closes;

/// <summary>Why the sides of one item differ. Stored as text: never rename a word.</summary>
public enum ItemReason
{
    /// <summary>A mismatch says so.</summary>
    Mismatch,

    /// <summary>Ours, and the PSP has still time to tell of it.</summary>
    Waiting,

    /// <summary>Its other side counts on another day.</summary>
    OtherDay,

    /// <summary>An entry of today that settles a mismatch.</summary>
    Adjustment,

    /// <summary>An entry that two people wrote by hand.</summary>
    ByHand,

    /// <summary>Nothing explains it: the day can't be closed.</summary>
    Unexplained,
}

/// <summary>One category in one currency as the four sides sum it, in minor units. A side that does not tell of it is null.</summary>
public sealed record ProofFigure(string Currency, string Category, long? Orders, long Ledger, long Wallets, long? Psp)
{
    /// <summary>The row of what sellers' wallets hold at the day's end: journal against wallet rows.</summary>
    public const string WalletsAtEnd = "wallets_at_end";

    /// <summary>The PSP's word less our books.</summary>
    public long Difference => (Psp ?? Ledger) - Ledger;

    public bool IsEqual => Wallets == Ledger && (Orders ?? Ledger) == Ledger && (Psp ?? Ledger) == Ledger;
}

/// <summary>One item whose sides differ, and why.</summary>
/// <param name="About">The mismatch, entry or day that explains it.</param>
public sealed record ProofItem(string Category, string Item, string Currency, long? Orders, long Ledger, long Wallets, long Psp, ItemReason Reason, string? About, string Note)
{
    public Money Difference => new(Psp - Ledger, Common.Currency.Of(Currency));

    /// <summary>Nobody has anything left to do about it.</summary>
    public bool IsSettled { get; init; } = true;
}

/// <summary>A UTC day as it would be signed: figures, each difference by name, and what stands in the way.</summary>
/// <param name="Mark">How much there was of the day: see <see cref="ProofSql.Mark"/>.</param>
/// <param name="LockedUntil">Where the first open day began when this was read.</param>
/// <param name="Blocks">Why it can't be closed now; empty when it can.</param>
public sealed record DayProof(
    DateOnly Day, IReadOnlyList<ProofFigure> Figures, IReadOnlyList<ProofItem> Items, string Mark, DateTimeOffset LockedUntil, IReadOnlyList<string> Blocks)
{
    /// <summary>More differences than a person signs for.</summary>
    public const int MostItems = 2_000;

    /// <summary>SHA-256 over figures and differences: what a signature stands under.</summary>
    public string Digest { get; } = DigestOf(Day, Figures, Items);

    public IEnumerable<string> Currencies => Figures.Select(figure => figure.Currency).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);

    /// <summary>All sides agree in every category.</summary>
    public bool IsProved => Figures.All(figure => figure.IsEqual) && Items.Count == 0;

    /// <summary>Differences that a person has still to settle; who signs has to say why he does so all the same.</summary>
    public int Unsettled => Items.Count(item => !item.IsSettled);

    /// <summary>The sums of one currency over all categories.</summary>
    public static ProofFigure Total(string currency, IEnumerable<ProofFigure> figures)
    {
        var moved = figures.Where(figure => figure.Currency == currency && figure.Category != ProofFigure.WalletsAtEnd).ToList();
        return new ProofFigure(
            currency, "total", moved.Sum(figure => figure.Orders ?? figure.Ledger), moved.Sum(figure => figure.Ledger), moved.Sum(figure => figure.Wallets), moved.Sum(figure => figure.Psp ?? figure.Ledger));
    }

    /// <summary>SHA-256 over the differences with all that was said of them.</summary>
    internal static string NamesOf(IEnumerable<ProofItem> items) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(items.Select(
        one => string.Create(CultureInfo.InvariantCulture, $"{one.Category}|{one.Item}|{one.Currency}|{one.Orders}|{one.Ledger}|{one.Wallets}|{one.Psp}|{one.Reason}|{one.About}|{one.Note}\n"))))));

    internal static DateTimeOffset StartOf(DateOnly day) => new(day, TimeOnly.MinValue, TimeSpan.Zero);

    internal static string TextOf(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    internal static string DigestOf(DateOnly day, IEnumerable<ProofFigure> figures, IEnumerable<ProofItem> items)
    {
        var text = new StringBuilder(TextOf(day)).Append('\n');
        foreach (var one in figures.OrderBy(figure => figure.Currency, StringComparer.Ordinal).ThenBy(figure => figure.Category, StringComparer.Ordinal))
            text.Append(CultureInfo.InvariantCulture, $"{one.Currency}|{one.Category}|{one.Orders}|{one.Ledger}|{one.Wallets}|{one.Psp}\n");
        // What differs by no money is told beside it: it may be found later, and changes no figure.
        foreach (var one in items.Where(item => item.Ledger != 0 || item.Psp != 0 || item.Wallets != 0 || item.Orders is not (null or 0)).OrderBy(item => item.Category, StringComparer.Ordinal).ThenBy(item => item.Item, StringComparer.Ordinal).ThenBy(item => item.Currency, StringComparer.Ordinal))
            text.Append(CultureInfo.InvariantCulture, $"{one.Category}|{one.Item}|{one.Currency}|{one.Orders}|{one.Ledger}|{one.Wallets}|{one.Psp}\n");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}
