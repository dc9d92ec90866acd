using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace PaymentPortal.Core.Analytics;

/// <summary>
/// How many facts of one type an hour brought in one currency, and what their amounts add up to. Nothing else is kept: the rows are a sum over the log
/// and can be made anew from it at any time.
/// </summary>
public sealed class HourlyFigure
{
    /// <summary>The beginning of the hour, by the clock of UTC.</summary>
    public DateTimeOffset Hour { get; init; }

    public required string Currency { get; init; }

    public required string Type { get; init; }

    /// <summary>Of a decline the code, of a checkout's end its cause, else empty.</summary>
    public required string Reason { get; init; }

    public long Count { get; init; }

    public long Amount { get; init; }
}

internal sealed class HourlyFigureMapping : IEntityTypeConfiguration<HourlyFigure>
{
    public void Configure(EntityTypeBuilder<HourlyFigure> builder)
    {
        builder.ToTable("hourly_figures").HasKey(figure => new { figure.Hour, figure.Currency, figure.Type, figure.Reason });
        builder.Property(figure => figure.Currency).HasMaxLength(3);
        builder.Property(figure => figure.Type).HasMaxLength(60);
        builder.Property(figure => figure.Reason).HasMaxLength(60);
    }
}
