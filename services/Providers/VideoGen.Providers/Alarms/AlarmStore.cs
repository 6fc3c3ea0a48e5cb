using Npgsql;
using NpgsqlTypes;
using VideoGen.Durability;

namespace VideoGen.Providers.Alarms;

/// <summary>Table <c>alarms</c>.</summary>
internal sealed class AlarmStore(NpgsqlDataSource source)
{
    const string Columns = "id, kind, subject, job_id, message, raised_at, settled_at, outcome";

    const string AlarmInsert = """
        insert into alarms (id, kind, subject, job_id, message) values ($1, $2, $3, $4, $5) on conflict (kind, subject) do nothing
        """;

    const string AlarmSettle = "update alarms set settled_at = now(), outcome = $3 where kind = $1 and subject = $2 and settled_at is null";

    const string AlarmsSelect = $"""
        select {Columns} from alarms
        where ($1::boolean is null or (settled_at is null) = $1) and ($2::text is null or kind = $2) and ($3::uuid is null or id < $3)
        order by id desc limit $4
        """;

    /// <summary>False when there is an alarm of this kind about it already.</summary>
    public static async Task<bool> RaiseAsync(UnitOfWork work, string kind, string subject, Guid? jobId, string message, CancellationToken ct)
    {
        await using var command = work.Command(
            AlarmInsert, Guid.CreateVersion7(), kind, subject, Typed(jobId, NpgsqlDbType.Uuid), message);
        return await command.ExecuteNonQueryAsync(ct) == 1;
    }

    /// <summary>Writes down how it ended; nothing where there is no open alarm.</summary>
    public static async Task SettleAsync(UnitOfWork work, string kind, string subject, string outcome, CancellationToken ct)
    {
        await using var command = work.Command(AlarmSettle, kind, subject, outcome);
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>The newest first; one more than the limit when there are more.</summary>
    public async Task<IReadOnlyList<AlarmView>> ListAsync(bool? isOpen, string? kind, Guid? before, int limit, CancellationToken ct)
    {
        await using var command = source.CreateCommand(AlarmsSelect);
        command.Parameters.Add(Typed(isOpen, NpgsqlDbType.Boolean));
        command.Parameters.Add(Typed(kind, NpgsqlDbType.Text));
        command.Parameters.Add(Typed(before, NpgsqlDbType.Uuid));
        command.Parameters.Add(new NpgsqlParameter { Value = limit + 1 });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var alarms = new List<AlarmView>();
        while (await reader.ReadAsync(ct))
            alarms.Add(new AlarmView(
                reader.GetGuid(0), reader.GetString(1), reader.GetString(2), reader.IsDBNull(3) ? null : reader.GetGuid(3), reader.GetString(4),
                reader.GetFieldValue<DateTimeOffset>(5), reader.IsDBNull(6) ? null : reader.GetFieldValue<DateTimeOffset>(6),
                reader.IsDBNull(7) ? null : reader.GetString(7)));
        return alarms;
    }

    static NpgsqlParameter Typed(object? value, NpgsqlDbType type) => new() { Value = value ?? DBNull.Value, NpgsqlDbType = type };
}

/// <summary>What an operator should know without looking for it.</summary>
/// <param name="Kind"><c>work_lost</c>: a vendor may have made, and may bill, work that no job waits for; <c>model_retires</c>: a model ends within
/// a month.</param>
/// <param name="Subject">The attempt's id, or the model's slug and its last day.</param>
/// <param name="SettledAt">When it turned out how it ended; null while that is open.</param>
/// <param name="Outcome">How it ended.</param>
internal sealed record AlarmView(
    Guid Id, string Kind, string Subject, Guid? JobId, string Message, DateTimeOffset RaisedAt, DateTimeOffset? SettledAt, string? Outcome);

internal static class AlarmKind
{
    public const string WorkLost = "work_lost";
    public const string ModelRetires = "model_retires";

    public static IReadOnlyList<string> All { get; } = [WorkLost, ModelRetires];
}
