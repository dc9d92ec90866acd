using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace PaymentPortal.Core.Payments;

internal static class StatusMapping
{
    public static void IsStatusWord(this PropertyBuilder<PaymentOrderStatus> property) =>
        property.HasMaxLength(20).HasConversion(status => status.Word(), word => StatusWords.Parse(word));

    public static void IsStatusWord(this PropertyBuilder<PaymentOrderStatus?> property) =>
        property.HasMaxLength(20).HasConversion(status => status!.Value.Word(), word => StatusWords.Parse(word));
}
