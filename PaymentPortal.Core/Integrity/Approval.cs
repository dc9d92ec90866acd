using System.Data.Common;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Integrity;

public enum ApprovalState
{
    /// <summary>Waits for a second person.</summary>
    Pending,

    /// <summary>Approved and done, in one unit.</summary>
    Approved,

    Refused,

    /// <summary>Taken back by its maker, or ended with its subject.</summary>
    Withdrawn,

    /// <summary>Nobody decided in time.</summary>
    Expired,

    /// <summary>What it would do was not any more what it was asked for.</summary>
    Void,
}

/// <summary>An act that waits for, or had, its second person. Written by <see cref="Approvals"/> only.</summary>
public sealed class Approval
{
    public const string Table = "approvals";

    internal const string Columns = "approval_id, kind, subject_id, state, maker, maker_person, amount, currency, reason, preview, created_at, expires_at, decided_by, decided_at, comment";

    private ApprovalPreview? _shown;

    public required string ApprovalId { get; init; }

    public required string Kind { get; init; }

    public required string SubjectId { get; init; }

    public ApprovalState State { get; init; }

    /// <summary>The actor who asked.</summary>
    public required string Maker { get; init; }

    /// <summary>The member of staff behind the maker: he himself, or the owner of his API key. Null for the program.</summary>
    public string? MakerPerson { get; init; }

    public long? Amount { get; init; }

    public string? Currency { get; init; }

    public required string Reason { get; init; }

    /// <summary>The <see cref="ApprovalPreview"/> as it was asked for, with the <see cref="ApprovalRule"/> that made it an ask.</summary>
    public required string Preview { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset ExpiresAt { get; init; }

    public string? DecidedBy { get; init; }

    public DateTimeOffset? DecidedAt { get; init; }

    public string? Comment { get; init; }

    public Money? Money => Amount is { } amount ? new Money(amount, Common.Currency.Of(Currency!)) : null;

    public ApprovalPreview Shown => _shown ?? PreviewText.Read(Preview);

    /// <summary>Shows people by name, whom the stored text names by their ids.</summary>
    internal void ShowAs(string title) => _shown = Shown with { Title = title };

    /// <summary>Why one person was not enough, by the limits of that time.</summary>
    public ApprovalRule Rule => PreviewText.RuleOf(Preview);

    internal static Approval Read(DbDataReader row) => new()
    {
        ApprovalId = row.GetString(0),
        Kind = row.GetString(1),
        SubjectId = row.GetString(2),
        State = Enum.Parse<ApprovalState>(row.GetString(3)),
        Maker = row.GetString(4),
        MakerPerson = row.TextOrNull(5),
        Amount = row.NumberOrNull(6),
        Currency = row.TextOrNull(7),
        Reason = row.GetString(8),
        Preview = row.GetString(9),
        CreatedAt = Instants.FromMicroseconds(row.GetInt64(10)),
        ExpiresAt = Instants.FromMicroseconds(row.GetInt64(11)),
        DecidedBy = row.TextOrNull(12),
        DecidedAt = row.MomentOrNull(13),
        Comment = row.TextOrNull(14),
    };
}

/// <summary>A preview and its rule as text, the same for the same preview and rule: two are compared by it.</summary>
internal static class PreviewText
{
    public static string Of(ApprovalPreview preview, ApprovalRule rule) => JsonSerializer.Serialize(new Stored(
        preview.Title, [.. preview.Lines.Select(line => new StoredLine(line.Account, line.Amount.Minor, line.Amount.Currency.Code, line.Entry))], [.. preview.Changes],
        new StoredRule(rule.Trigger.ToString(), rule.Limit?.Minor, rule.Before?.Minor, rule.Limit?.Currency.Code)));

    public static ApprovalPreview Read(string text)
    {
        var stored = JsonSerializer.Deserialize<Stored>(text)!;
        return new ApprovalPreview(stored.Title, [.. stored.Lines.Select(line => new ApprovalLine(line.Account, new Money(line.Minor, Currency.Of(line.Currency)), line.Entry))], stored.Changes);
    }

    public static ApprovalRule RuleOf(string text)
    {
        var rule = JsonSerializer.Deserialize<Stored>(text)!.Rule;
        return new ApprovalRule(Enum.Parse<ApprovalTrigger>(rule.Trigger), MoneyOf(rule.Limit, rule), MoneyOf(rule.Before, rule));
    }

    private static Money? MoneyOf(long? minor, StoredRule rule) => minor is { } amount ? new Money(amount, Currency.Of(rule.Currency!)) : null;

    /// <summary>In one line for the audit log, cut where it gets long: title, ledger lines, changes.</summary>
    public static string Brief(ApprovalPreview preview)
    {
        var parts = preview.Lines.Select(line => $"{line.Account} {line.Amount} {line.Amount.Currency}").Concat(preview.Changes.Select(change => $"{change.Field}: {change.Before} -> {change.After}"));
        var text = string.Join("; ", parts.Prepend(preview.Title));
        return text.Length <= Longest ? text : text[..(Longest - 2)] + " …";
    }

    private const int Longest = 2_000;

    private sealed record Stored(string Title, StoredLine[] Lines, ApprovalChange[] Changes, StoredRule Rule);

    private sealed record StoredRule(string Trigger, long? Limit, long? Before, string? Currency);

    private sealed record StoredLine(string Account, long Minor, string Currency, string? Entry);
}

internal sealed class ApprovalMapping : IEntityTypeConfiguration<Approval>
{
    public void Configure(EntityTypeBuilder<Approval> builder)
    {
        builder.ToTable(Approval.Table).HasKey(row => row.ApprovalId);
        builder.Property(row => row.ApprovalId).HasMaxLength(40);
        builder.Property(row => row.Kind).HasMaxLength(40);
        builder.Property(row => row.SubjectId).HasMaxLength(130);
        builder.Property(row => row.Maker).HasMaxLength(100);
        builder.Property(row => row.MakerPerson).HasMaxLength(450);
        builder.Property(row => row.Currency).HasMaxLength(3);
        builder.Property(row => row.Reason).HasMaxLength(1000);
        builder.Property(row => row.DecidedBy).HasMaxLength(100);
        builder.Property(row => row.Comment).HasMaxLength(1000);
        builder.Ignore(row => row.Money);
        builder.Ignore(row => row.Shown);
        builder.Ignore(row => row.Rule);
        // One open question about a thing at a time: the index decides, whoever asks.
        builder.HasIndex(row => new { row.Kind, row.SubjectId }).IsUnique().HasFilter("state = 'Pending'");
        builder.HasIndex(row => new { row.SubjectId, row.State });
        builder.HasIndex(row => new { row.State, row.ApprovalId });
    }
}
