using System.Text.Json;
using VideoGen.Durability;
using VideoGen.HttpApi;
using VideoGen.Jobs.Read;
using VideoGen.Providers.Contracts.Events;

namespace VideoGen.Jobs.Attempts;

/// <summary>Table <c>job_attempt</c>.</summary>
internal static class AttemptStore
{
    // Of an account that was deleted nothing is written any more: nobody would erase it.
    const string AttemptInsert = """
        insert into job_attempt (job_id, number, attempt_id, provider, outcome, code, message, started_at, ended_at, chosen)
        select job.id, $2, $3, $4, $5, $6, $7, $8, $9, $10 from job
        where job.id = $1 and not exists (select from closed_account where closed_account.account_id = job.account_id)
        on conflict (job_id, number) do nothing
        """;

    /// <summary>A column for a query over <c>job</c>; <see cref="Parse"/> reads it.</summary>
    public const string Column = """
        coalesce((select json_agg(tried order by tried.number) from (
          select number, attempt_id, provider, outcome, code, message, started_at, ended_at, chosen
          from job_attempt where job_id = job.id) tried), '[]') as attempts
        """;

    public static async Task InsertAsync(UnitOfWork work, AttemptEnded ended, CancellationToken ct)
    {
        await using var command = work.Command(
            AttemptInsert, ended.JobId, ended.Number, ended.AttemptId, ended.Provider, ended.Outcome, Sql.Text(ended.Code), Sql.Text(ended.Message),
            ended.StartedAt.ToUniversalTime(), ended.EndedAt.ToUniversalTime(), Sql.Text(ended.Chosen));
        await command.ExecuteNonQueryAsync(ct);
    }

    public static IReadOnlyList<EndedAttempt> Parse(string json) => JsonSerializer.Deserialize<IReadOnlyList<EndedAttempt>>(json, ApiJson.Options)!;
}

/// <summary>A row of <c>job_attempt</c>.</summary>
internal sealed record EndedAttempt(
    int Number, Guid AttemptId, string Provider, string Outcome, string? Code, string? Message, DateTimeOffset StartedAt,
    DateTimeOffset EndedAt, string? Chosen = null);
