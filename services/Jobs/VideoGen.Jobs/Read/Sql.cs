using Npgsql;
using NpgsqlTypes;

namespace VideoGen.Jobs.Read;

/// <summary>Parameters whose type a value alone does not tell: JSON written as text, and values that may be null.</summary>
internal static class Sql
{
    public static NpgsqlParameter Json(string? value) => Typed(value, NpgsqlDbType.Json);

    public static NpgsqlParameter Jsonb(string? value) => Typed(value, NpgsqlDbType.Jsonb);

    public static NpgsqlParameter Text(string? value) => Typed(value, NpgsqlDbType.Text);

    public static NpgsqlParameter Texts(string[]? value) => Typed(value, NpgsqlDbType.Array | NpgsqlDbType.Text);

    public static NpgsqlParameter Uuid(Guid? value) => Typed(value, NpgsqlDbType.Uuid);

    public static NpgsqlParameter Flag(bool? value) => Typed(value, NpgsqlDbType.Boolean);

    public static NpgsqlParameter Flags(bool?[] values) => Typed(values, NpgsqlDbType.Array | NpgsqlDbType.Boolean);

    public static NpgsqlParameter Int(int? value) => Typed(value, NpgsqlDbType.Integer);

    public static NpgsqlParameter Time(DateTimeOffset? value) => Typed(value?.ToUniversalTime(), NpgsqlDbType.TimestampTz);

    static NpgsqlParameter Typed(object? value, NpgsqlDbType type) => new() { Value = value ?? DBNull.Value, NpgsqlDbType = type };
}
