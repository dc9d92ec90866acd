using System.Globalization;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Integrity;

/// <summary>
/// Says that this data was put back from a backup: from which moment it goes on and when that was done. What was made or sent between the two is not in
/// it, so the PSP may know more than we do.
/// </summary>
public sealed record RestoreNote(DateTimeOffset From, DateTimeOffset At, string Why)
{
    private const string Name = "restored";
    private const string Select = $"SELECT value FROM store_meta WHERE name = '{Name}'";

    /// <summary>Of the newest restore; null for data that was never restored.</summary>
    public static RestoreNote? Find(UnitOfWork unit) => unit.QueryFirst(Select, row => Parse(row.GetString(0)));

    public static async Task<RestoreNote?> FindAsync(SqlDialect dialect, CancellationToken cancellationToken)
    {
        await using var connection = dialect.OpenReader();
        return (await connection.ReadAsync(Select, [], row => Parse(row.GetString(0)), cancellationToken).ConfigureAwait(false)).SingleOrDefault();
    }

    internal void Store(UnitOfWork unit) => unit.Execute(
        "INSERT INTO store_meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        Name, string.Create(CultureInfo.InvariantCulture, $"{From.ToMicroseconds()} {At.ToMicroseconds()} {Why}"));

    private static RestoreNote Parse(string value) => value.Split(' ', 3) is [var from, var at, var why]
        ? new RestoreNote(Instants.FromMicroseconds(long.Parse(from, CultureInfo.InvariantCulture)), Instants.FromMicroseconds(long.Parse(at, CultureInfo.InvariantCulture)), why)
        : throw new InvalidOperationException($"The note of the restore can't be read: {value}");
}
