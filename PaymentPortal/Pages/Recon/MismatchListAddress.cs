using PaymentPortal.Core.Reconciliation;
using PaymentPortal.Core.Storage;
using PaymentPortal.Pages.Parts;

namespace PaymentPortal.Pages.Recon;

/// <summary>What the address of the list of mismatches asks for.</summary>
internal static class MismatchListAddress
{
    public const string Path = "/recon/mismatches";

    /// <summary>The page of an act on many; its query is that of the list, or the ids of the chosen.</summary>
    public const string ActPath = Path + "/act";

    /// <summary>The key of the filter by age.</summary>
    public const string Age = "age";

    public static readonly IReadOnlyList<(string Label, string? Word)> Tabs = [("Not closed", null), ("Left until a day", "timing"), ("Waiting for approval", "asked"), ("All", "all")];

    public static readonly IReadOnlyList<FilterField> Fields =
    [
        new("q", "PSP reference, payment or mismatch", FilterKind.Text),
        new("kind", "What differs", FilterKind.One, [.. Enum.GetValues<MismatchKind>().Select(kind => new FilterOption(Word(kind), ReconWords.Of(kind)))]),
        new(Age, "Age", FilterKind.One, [.. Enum.GetValues<MismatchAge>().Select(age => new FilterOption(Word(age), ReconWords.Of(age)))]),
        new("file", "File", FilterKind.Text),
        new("batch", "Asked for together as", FilterKind.Text),
    ];

    /// <summary>Who looks after it: nobody, or one of the people who may.</summary>
    public static FilterField OwnerField(IReadOnlyList<StaffName> keepers) => new(
        "owner", "Looked after by", FilterKind.One, [new FilterOption(MismatchFilter.Nobody, "Nobody"), .. keepers.Select(person => new FilterOption(person.Id, person.Name))]);

    public static (MismatchFilter Filter, IReadOnlyList<string> Notices) Read(ListUrl url, DateTimeOffset now)
    {
        var notices = new List<string>();
        var filter = new MismatchFilter(FileId: url["file"], About: url["q"], IsClosedToo: url["state"] == "all", BatchId: url["batch"], Owner: url["owner"]);
        if (url["kind"] is { } kind)
        {
            if (Enum.TryParse<MismatchKind>(kind, ignoreCase: true, out var known) && Enum.IsDefined(known)) filter = filter with { Kind = known };
            else notices.Add($"“{kind}” is no kind of mismatch.");
        }
        if (url["state"] is { } state and not "all")
        {
            if (Enum.TryParse<MismatchState>(state, ignoreCase: true, out var known) && Enum.IsDefined(known)) filter = filter with { State = known };
            else notices.Add($"“{state}” is no state of a mismatch.");
        }
        if (url[Age] is { } age)
        {
            if (Enum.TryParse<MismatchAge>(age, ignoreCase: true, out var known) && Enum.IsDefined(known)) filter = filter.Aged(known, now);
            else notices.Add($"“{age}” is no age of a mismatch.");
        }
        return (filter, notices);
    }

    /// <summary>The mismatches that an act is about: those of the ids, else all that the filters match.</summary>
    public static MismatchChoice Choice(ListUrl url, DateTimeOffset now) =>
        url.All("ids") is { Count: > 0 } ids ? new MismatchChoice(new MismatchFilter(), [.. ids.Take(MismatchManyDesk.Most)]) : new MismatchChoice(Read(url, now).Filter);

    public static string Word(MismatchAge age) => age.ToString().ToLowerInvariant();

    private static string Word(MismatchKind kind) => kind.ToString().ToLowerInvariant();
}
