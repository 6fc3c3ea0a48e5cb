using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Options;
using VideoGen.HttpApi;
using VideoGen.HttpApi.Errors;
using VideoGen.HttpApi.Paging;
using VideoGen.HttpApi.Requests;
using VideoGen.Jobs.Contracts;
using VideoGen.Jobs.Read;
using VideoGen.Jobs.Slots;

namespace VideoGen.Jobs.Operator;

/// <summary>The operator's view of all jobs.</summary>
internal sealed class OperatorEndpoints(OperatorStore store, JobViews views, IOptions<SlotOptions> slots, TimeProvider time)
{
    public const string AccountId = "account_id";

    const int MaxExamples = 20;

    public async Task<IResult> ListAsync(HttpRequest request, HttpResponse response, CancellationToken ct)
    {
        var (query, refusal) = JobsQuery.Read(request);
        if (query is null) return refusal!;
        var accountId = request.Query.IdOf(AccountId);
        var rows = await store.ListAsync(accountId, query, ct);
        if (query.IncludeTotal)
            response.Headers["X-Total-Count"] = (await store.CountAsync(accountId, query, ct)).ToString(CultureInfo.InvariantCulture);
        var more = rows.Count > query.Limit;
        return Results.Json(new Page<OperatorJobView>(
            [.. rows.Take(query.Limit).Select(ViewOf)], more ? JobsQuery.CursorAfter(rows[query.Limit - 1].Job) : null, more));
    }

    public async Task<IResult> GetAsync(Guid id, CancellationToken ct) =>
        (await store.FindAsync(id, ct)).OrNotFound(ViewOf);

    public async Task<IResult> CheckAsync(CancellationToken ct)
    {
        var results = await store.CheckAsync(idleIsFault: slots.Value.MaxRunning == 0, ct);
        return Results.Json(new ChecksView(
            results.All(result => result.Found.Count == 0),
            [.. results.Select(result => new CheckView(result.Name, result.Meaning, result.Found.Count, [.. result.Found.Take(MaxExamples)]))]));
    }

    OperatorJobView ViewOf(OperatorJobRow row) => new(
        views.Of(row.Job, time.GetUtcNow()), row.Job.AccountId, row.UserId, row.KeyId, row.SagaState, row.Job.AttemptId, row.Job.WebhookUrl, row.Job.SlotAt,
        row.Job.DeadlineAt, row.Job.CancelRequestedAt, row.Job.DeletedAt,
        row.LateSuccess is null ? null : JsonSerializer.Deserialize<JsonElement>(row.LateSuccess, ApiJson.Options));
}
