using System.Data;
using Npgsql;

namespace VideoGen.Durability.Sql;

/// <summary>Reading a row by the names of its columns, for rows with more than a few.</summary>
public static class RowExtensions
{
    public static T Get<T>(this NpgsqlDataReader row, string column) => row.GetFieldValue<T>(row.GetOrdinal(column));

    /// <summary>Null for SQL null.</summary>
    public static T? GetOrNull<T>(this NpgsqlDataReader row, string column) where T : struct =>
        row.IsDBNull(column) ? null : row.Get<T>(column);

    /// <summary>Null for SQL null.</summary>
    public static string? TextOrNull(this NpgsqlDataReader row, string column) => row.IsDBNull(column) ? null : row.Get<string>(column);
}
