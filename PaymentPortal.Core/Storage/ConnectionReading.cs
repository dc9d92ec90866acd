using System.Data.Common;
using System.Globalization;
using System.Runtime.CompilerServices;
using PaymentPortal.Core.Common;

namespace PaymentPortal.Core.Storage;

/// <summary>Hand-written reads beside the lane, with the same $1…$n as its statements.</summary>
internal static class ConnectionReading
{
    public static async Task<List<T>> ReadAsync<T>(this DbConnection connection, string sql, IReadOnlyList<object?> arguments, Func<DbDataReader, T> read, CancellationToken cancellationToken)
    {
        var rows = new List<T>();
        await foreach (var row in connection.StreamAsync(sql, arguments, read, cancellationToken).ConfigureAwait(false)) rows.Add(row);
        return rows;
    }

    /// <summary>Row by row, for results that may be larger than memory.</summary>
    public static async IAsyncEnumerable<T> StreamAsync<T>(
        this DbConnection connection, string sql, IReadOnlyList<object?> arguments, Func<DbDataReader, T> read, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        for (var at = 0; at < arguments.Count; at++)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (string.Create(CultureInfo.InvariantCulture, $"${at + 1}"), Stored(arguments[at]));
            command.Parameters.Add(parameter);
        }
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false)) yield return read(reader);
    }

    public static string? TextOrNull(this DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    public static long? NumberOrNull(this DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);

    public static DateTimeOffset Moment(this DbDataReader row, int column) => Instants.FromMicroseconds(row.GetInt64(column));

    public static DateTimeOffset? MomentOrNull(this DbDataReader row, int column) => row.IsDBNull(column) ? null : row.Moment(column);

    private static object Stored(object? argument) => argument switch
    {
        null => DBNull.Value,
        DateTimeOffset moment => moment.ToMicroseconds(),
        Enum word => word.ToString(),
        _ => argument,
    };
}
