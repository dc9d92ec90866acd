using Microsoft.EntityFrameworkCore.Metadata.Builders;
using PaymentPortal.Core.Common;

namespace PaymentPortal.Core.Integrity;

internal static class SealedMapping
{
    /// <summary>Maps a sealed column; the cipher is called where the value is written or shown, because a converter can't see table and row.</summary>
    public static PropertyBuilder<Sealed> IsSealed(this PropertyBuilder<Sealed> property) =>
        property.HasConversion(value => value.Bytes, stored => new Sealed(stored));

    public static PropertyBuilder<Sealed?> IsSealed(this PropertyBuilder<Sealed?> property) =>
        property.HasConversion(value => value!.Value.Bytes, stored => new Sealed(stored));
}
