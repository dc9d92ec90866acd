using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Retries;

public enum PolicyState
{
    /// <summary>Written down and not yet in force; one at a time.</summary>
    Draft,

    /// <summary>In force.</summary>
    Published,

    /// <summary>Was in force.</summary>
    Retired,
}

/// <summary>One version of the policy for an operation and a class of error. Once published its figures never change; version 0 is the built-in default and has no row.</summary>
public sealed class RetryPolicyVersion
{
    internal const string Figures = "kind, first_us, step_us, longest_us, max_tries, give_up_us";

    public required string Operation { get; init; }

    public ErrorClass ErrorClass { get; init; }

    public int Version { get; init; }

    public PolicyState State { get; init; }

    public RetryPolicyKind Kind { get; init; }

    public long FirstUs { get; init; }

    public long StepUs { get; init; }

    public long LongestUs { get; init; }

    public int? MaxTries { get; init; }

    public long? GiveUpUs { get; init; }

    public DateTimeOffset MadeAt { get; init; }

    public required string MadeBy { get; init; }

    public DateTimeOffset? PublishedAt { get; init; }

    public string? PublishedBy { get; init; }

    public string? Reason { get; init; }

    public RetryPolicy Policy => Make(Kind, FirstUs, StepUs, LongestUs, MaxTries, GiveUpUs);

    internal static RetryPolicy Read(DbDataReader row, int from) =>
        Make(Enum.Parse<RetryPolicyKind>(row.GetString(from)), row.GetInt64(from + 1), row.GetInt64(from + 2), row.GetInt64(from + 3), (int?)row.NumberOrNull(from + 4), row.NumberOrNull(from + 5));

    private static RetryPolicy Make(RetryPolicyKind kind, long first, long step, long longest, int? maxTries, long? giveUp) =>
        new(kind, TimeSpan.FromMicroseconds(first), TimeSpan.FromMicroseconds(step), TimeSpan.FromMicroseconds(longest), maxTries, giveUp is { } limit ? TimeSpan.FromMicroseconds(limit) : null);
}

internal sealed class RetryPolicyVersionMapping : IEntityTypeConfiguration<RetryPolicyVersion>
{
    public void Configure(EntityTypeBuilder<RetryPolicyVersion> builder)
    {
        builder.ToTable("retry_policies").HasKey(row => new { row.Operation, row.ErrorClass, row.Version });
        builder.Property(row => row.Operation).HasMaxLength(40);
        builder.Property(row => row.MadeBy).HasMaxLength(256);
        builder.Property(row => row.PublishedBy).HasMaxLength(256);
        builder.Property(row => row.Reason).HasMaxLength(500);
        builder.Ignore(row => row.Policy);
        // One in force and one draft at a time: the index decides, whoever writes.
        builder.HasIndex(row => new { row.Operation, row.ErrorClass, row.State }).IsUnique().HasFilter("state <> 'Retired'");
    }
}
