using System.Globalization;
using PaymentPortal.Core.Common;

namespace PaymentPortal.Api;

/// <summary>Where a page of a list begins and how long it is.</summary>
public readonly record struct Paging(string? After, int Limit)
{
    private const int Default = 25;
    private const int Most = 100;

    public static Result<Paging> Read<TId>(string? after, string? limit)
        where TId : struct, IPrefixedId<TId>
    {
        if (after is not null && !Ids.TryParse<TId>(after, out _)) return new Refusal(RefusalCodes.Invalid, 422, "The cursor is the next_cursor of the page before, unchanged.", "after");
        return ReadLimit(limit).Map(count => new Paging(after, count));
    }

    public static Result<int> ReadLimit(string? limit)
    {
        if (limit is null) return Default;
        return int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is >= 1 and <= Most
            ? count
            : new Refusal(RefusalCodes.Invalid, 422, $"The limit is a whole number from 1 to {Most}.", "limit");
    }
}
