using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using PaymentPortal.Core.Common;

namespace PaymentPortal.Core.Storage;

/// <summary>Moments as microseconds: see <see cref="Instants"/>.</summary>
internal sealed class MomentConverter() : ValueConverter<DateTimeOffset, long>(moment => moment.ToMicroseconds(), stored => Instants.FromMicroseconds(stored));
