using System.Text.Json;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Reconciliation;

namespace PaymentPortal.Api;

/// <summary>Why a file is rolled back.</summary>
public sealed record RollBackBody(string? Reason);

/// <summary>The control totals of a file in one currency.</summary>
public sealed record TotalBody(string Currency, int Rows, string Gross, string Fee, string Net);

/// <summary>A settlement file on the wire; the lists have no totals and counts.</summary>
public sealed record SettlementFileBody(
    string SettlementFileId, string Name, string Status, string Kind, string Origin, string Sha256, int Rows, int KnownRows, int UnreadableRows, DateTimeOffset? PeriodFrom, DateTimeOffset? PeriodTo,
    DateTimeOffset UploadedAt, DateTimeOffset? AcceptedAt, IReadOnlyList<TotalBody>? Totals, IReadOnlyList<UnreadableRow>? Unreadable, IReadOnlyDictionary<string, int>? Lines, IReadOnlyDictionary<string, int>? Mismatches,
    DateTimeOffset? GapFrom)
{
    public static SettlementFileBody Of(SettlementFile file) => new(
        file.FileId, file.Name, MismatchBody.Word(file.State), MismatchBody.Word(file.Kind), MismatchBody.Word(file.Origin), file.Sha256, file.Rows, file.KnownRows, file.Unreadable, file.PeriodFrom, file.PeriodTo,
        file.UploadedAt, file.AcceptedAt, null, null, null, null, null);

    public static SettlementFileBody Of(FileDetails details) => Of(details.File) with
    {
        Totals = [.. details.Totals.Select(total => new TotalBody(total.Currency, total.Rows, Text(total.Gross, total.Currency), Text(total.Fee, total.Currency), Text(total.Net, total.Currency)))],
        Unreadable = details.Unreadable,
        Lines = details.Buckets.ToDictionary(one => MismatchBody.Word(one.Key), one => one.Value),
        Mismatches = details.Mismatches.ToDictionary(one => MismatchBody.Word(one.Key), one => one.Value),
        GapFrom = details.Gap?.From,
    };

    private static string Text(long minor, string currency) => new Money(minor, Currency.Of(currency)).ToString();
}

/// <summary>A mismatch on the wire.</summary>
public sealed record MismatchBody(
    string MismatchId, string Kind, string Class, string Status, string? SettlementFileId, int? Line, string? BalanceTransactionId, string Category, string? SourceId, string? CheckoutId, string Variance, string Currency,
    DateTimeOffset OpenedAt, DateTimeOffset DueAt, DateTimeOffset? ClosedAt)
{
    public static MismatchBody Of(Mismatch mismatch) => new(
        mismatch.MismatchId, Word(mismatch.Kind), Word(mismatch.Class), Word(mismatch.State), mismatch.FileId, mismatch.Line, mismatch.TransactionId, mismatch.Category, mismatch.SourceId, mismatch.CheckoutId,
        mismatch.Difference.ToString(), mismatch.Currency, mismatch.OpenedAt, mismatch.DueAt, mismatch.ClosedAt);

    public static string Word(Enum value) => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
