using Npgsql;
using VideoGen.Jobs.Attempts;

namespace VideoGen.Jobs.Read;

/// <summary>A row of table <c>job</c>. JSON columns stay text until somebody needs their shape.</summary>
/// <param name="Price">What the job costs when it completes, integer credits; 0 for a test job.</param>
/// <param name="DeadlineAt">Until the start: when waiting ends; after it: when the run must have ended.</param>
/// <param name="RetentionDays">How long the plan keeps its outputs; null for ever.</param>
/// <param name="QueuePosition">Only known to queries that ask for it; null elsewhere and for a job that is not queued.</param>
internal sealed record JobRow(
    Guid Id, Guid AccountId, bool Test, string Model, string Kind, string Input, string Assets, string? Script, string Metadata,
    string? WebhookUrl, int Priority, string Status, int ProgressPercent, string ProgressStep, string? ProgressMessage, Guid? AttemptId,
    string? Provider, string? Output, string? ErrorCode, string? ErrorMessage, long Price, long Captured, int PriceVersion,
    DateTimeOffset CreatedAt, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt, DateTimeOffset DeadlineAt, DateTimeOffset? CancelRequestedAt,
    DateTimeOffset? DeletedAt, long Version, DateTimeOffset? SlotAt, DateTimeOffset? StoringAt, int? ExpectedSeconds, int? RetentionDays,
    int? QueuePosition)
{
    /// <summary>The columns of a row in the order <see cref="Read"/> takes them; a query appends its <c>queue_position</c>.</summary>
    public const string Columns = """
        job.id, job.account_id, job.test, job.model, job.kind, job.input, job.assets, job.script, job.metadata,
        job.webhook_url, job.priority, job.status, job.progress_percent, job.progress_step, job.progress_message, job.attempt_id,
        job.provider, job.output, job.error_code, job.error_message, job.price, job.captured, job.price_version,
        job.created_at, job.started_at, job.ended_at, job.deadline_at, job.cancel_requested_at,
        job.deleted_at, job.version, job.slot_at, job.storing_at, job.expected_seconds, job.retention_days, job.attempt_chosen
        """;

    /// <summary>1 for the next of its account to start; null for a job that is not queued.</summary>
    public const string QueuePositionColumn = """
        case when job.status = 'queued' then (
          select 1 + count(ahead.job_id)::int from slot mine
          left join slot ahead on not mine.running and not ahead.running and ahead.account_id = mine.account_id
            and (ahead.priority > mine.priority
              or ahead.priority = mine.priority and (ahead.queued_at, ahead.job_id) < (mine.queued_at, mine.job_id))
          where mine.job_id = job.id)
        end as queue_position
        """;

    /// <summary>The attempts that made nothing; null where they were not read.</summary>
    public IReadOnlyList<EndedAttempt>? EndedAttempts { get; init; }

    /// <summary>Why the provider of the attempt that the row speaks of was tried; null where Providers did not say it.</summary>
    public string? AttemptChosen { get; init; }

    public bool HasEnded => EndedAt is not null;

    /// <summary>Runs on the simulator, whatever the model's routes say: a test key's job, or one that asked for it.</summary>
    public bool IsSimulated => Test || Script is not null;

    public static JobRow Read(NpgsqlDataReader reader) => new(
        reader.GetGuid(0), reader.GetGuid(1), reader.GetBoolean(2), reader.GetString(3), reader.GetString(4), reader.GetString(5),
        reader.GetString(6), Text(reader, 7), reader.GetString(8),
        Text(reader, 9), reader.GetInt32(10), reader.GetString(11), reader.GetInt32(12), reader.GetString(13), Text(reader, 14),
        reader.IsDBNull(15) ? null : reader.GetGuid(15),
        Text(reader, 16), Text(reader, 17), Text(reader, 18), Text(reader, 19), reader.GetInt64(20), reader.GetInt64(21), reader.GetInt32(22),
        reader.GetFieldValue<DateTimeOffset>(23), Time(reader, 24), Time(reader, 25), reader.GetFieldValue<DateTimeOffset>(26), Time(reader, 27),
        Time(reader, 28), reader.GetInt64(29), Time(reader, 30), Time(reader, 31),
        reader.IsDBNull(32) ? null : reader.GetInt32(32),
        reader.IsDBNull(33) ? null : reader.GetInt32(33),
        reader.FieldCount > 35 && !reader.IsDBNull(35) ? reader.GetInt32(35) : null) { AttemptChosen = Text(reader, 34) };

    static string? Text(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    static DateTimeOffset? Time(NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetFieldValue<DateTimeOffset>(column);
}
