using System.Globalization;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Ledger;

namespace PaymentPortal.Api;

/// <summary>/api/v1/ledger</summary>
public static class LedgerApi
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/ledger/accounts", AccountsAsync).WithMetadata(new RequiredScope(ApiScopes.LedgerRead)).Produces<ListBody<AccountBody>>().WithName("listAccounts");
        api.MapGet("/ledger/entries", EntriesAsync).WithMetadata(new RequiredScope(ApiScopes.LedgerRead)).Produces<ListBody<EntryBody>>().WithName("listEntries");
    }

    public static async Task<IResult> AccountsAsync(LedgerQueries ledger, CancellationToken cancellationToken, string? after = null, string? limit = null, string? currency = null, string? as_of = null)
    {
        var count = Paging.ReadLimit(limit);
        if (count.IsRefused) return Problems.From(count.Refusal!);
        var wanted = ReadCurrency(currency);
        if (wanted.IsRefused) return Problems.From(wanted.Refusal!);
        var moment = ReadMoment(as_of);
        if (moment.IsRefused) return Problems.From(moment.Refusal!);
        var page = await ledger.AccountsAsync(new AccountFilter(Currency: wanted.Value, AsOf: moment.Value), after, count.Value, cancellationToken);
        return ApiJson.Ok(new ListBody<AccountBody>([.. page.Items.Select(line => new AccountBody(line.Account.Code, line.Account.Kind.ToString().ToLowerInvariant(), line.Balance.ToString(), line.Balance.Currency.Code))], page.Next));
    }

    public static async Task<IResult> EntriesAsync(
        EntryQueries entries, CancellationToken cancellationToken, string? after = null, string? limit = null, string? account = null, string? currency = null, string? checkout_id = null)
    {
        var paging = Paging.Read<JournalEntryId>(after, limit);
        if (paging.IsRefused) return Problems.From(paging.Refusal!);
        var wanted = ReadCurrency(currency);
        if (wanted.IsRefused) return Problems.From(wanted.Refusal!);
        Account? onAccount = null;
        if (account is not null && !Account.TryParse(account, out onAccount)) return Problems.From(new Refusal(RefusalCodes.Invalid, 422, "The account is a code of the chart, like psp:clearing.", "account"));
        CheckoutId? ofCheckout = null;
        if (checkout_id is not null)
        {
            if (!Ids.TryParse<CheckoutId>(checkout_id, out var parsed)) return Problems.From(new Refusal(RefusalCodes.Invalid, 422, "This is not the id of a checkout.", "checkout_id"));
            ofCheckout = parsed;
        }
        var page = await entries.ListAsync(new EntryFilter(onAccount, wanted.Value, CheckoutId: ofCheckout), paging.Value.After, paging.Value.Limit, cancellationToken);
        return ApiJson.Ok(new ListBody<EntryBody>([.. page.Items.Select(EntryBody.Of)], page.Next));
    }

    private static Result<Currency?> ReadCurrency(string? text)
    {
        if (text is null) return (Currency?)null;
        return Currency.TryGet(text, out var currency) ? currency : new Refusal(RefusalCodes.UnknownCurrency, 422, "The currency is an ISO 4217 code in capitals.", "currency");
    }

    private static Result<DateTimeOffset?> ReadMoment(string? text)
    {
        if (text is null) return (DateTimeOffset?)null;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)
            ? moment
            : new Refusal(RefusalCodes.Invalid, 422, "The moment is ISO 8601, like 2026-11-22T10:00:00Z.", "as_of");
    }
}

/// <summary>An account's balance on the wire: debits above zero, credits below.</summary>
public sealed record AccountBody(string Account, string Kind, string Balance, string Currency);

/// <summary>A journal entry on the wire.</summary>
public sealed record EntryBody(
    string EntryId, long Sequence, string Kind, string SourceId, string? CheckoutId, DateTimeOffset PostedAt, DateTimeOffset EffectiveAt, DateTimeOffset? AvailableOn, string Memo, string? Reverses,
    IReadOnlyList<PostingBody> Postings)
{
    public static EntryBody Of(EntryView entry) => new(
        entry.Id.Value, entry.Sequence, entry.Kind.ToString(), entry.SourceId, entry.CheckoutId?.Value, entry.PostedAt, entry.EffectiveAt, entry.AvailableOn, entry.Memo, entry.Reverses?.Value,
        [.. entry.Postings.Select(posting => new PostingBody(posting.Account.Code, posting.Amount.ToString(), posting.Amount.Currency.Code))]);
}

/// <summary>One line of an entry: a debit is above zero, a credit below.</summary>
public sealed record PostingBody(string Account, string Amount, string Currency);
