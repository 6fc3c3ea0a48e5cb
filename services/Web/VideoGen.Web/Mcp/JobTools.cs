using System.ComponentModel;
using System.Text.Json;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using VideoGen.Jobs.Contracts;
using VideoGen.ServiceDefaults.Callers;

namespace VideoGen.Web.Mcp;

/// <summary>Makes jobs within the budget, and follows them.</summary>
[McpServerToolType]
internal sealed class JobTools(McpJobsClient jobs, McpBudget budget, McpTurns turns, IHttpContextAccessor contexts)
{
    const int LongestRequestId = 200;
    const int LongestWaitSeconds = 50;

    HttpContext Context => contexts.HttpContext ?? throw new InvalidOperationException("A tool is called outside of a request");

    [McpServerTool(Name = "generate", Title = "Make a job", Destructive = false, Idempotent = true, OpenWorld = true)]
    [Description(
        "Makes a job and sets its credits aside, at once; the result comes later: call wait_job with the id. "
        + "A media input is the id of an asset or "
        + "an http(s) URL. Refused when the budget is used up.")]
    public Task<CallToolResult> GenerateAsync(
        [Description("The model's slug.")] string model,
        [Description("The model's input, after its JSON Schema.")] Dictionary<string, JsonElement> input,
        [Description(
            "A text of your own, another one for each job that you want, 1 to 200 plain characters. "
            + "The same text and input again give the same "
            + "job and buy nothing: repeat a call that got no answer.")]
        string request_id,
        CancellationToken ct) =>
            McpAnswer.TryAsync(() => GenerateAsync(model, JsonSerializer.SerializeToElement(input), request_id, ct), ct);

    [McpServerTool(Name = "get_job", Title = "Read a job", ReadOnly = true, Idempotent = true, OpenWorld = false)]
    [Description("A job as it is now; a completed one with fresh links to its files.")]
    public Task<CallToolResult> GetAsync([Description("The job's id.")] string job_id, CancellationToken ct) =>
        LookAsync(job_id, waitSeconds: 0, ct);

    [McpServerTool(Name = "wait_job", Title = "Wait for a job", ReadOnly = true, Idempotent = true, OpenWorld = false)]
    [Description(
        "Answers when the job has ended, or after a while as it is then: "
        + "call again while its status is not completed, failed or cancelled.")]
    public Task<CallToolResult> WaitAsync(
        [Description("The job's id.")] string job_id, CancellationToken ct,
            [Description("How long at most, 1 to 50 seconds.")] int seconds = LongestWaitSeconds) =>
        LookAsync(job_id, Math.Clamp(seconds, 1, LongestWaitSeconds), ct);

    [McpServerTool(Name = "cancel_job", Title = "Stop a job", Destructive = true, Idempotent = true, OpenWorld = false)]
    [Description("Stops a job that has not ended; its credits come back.")]
    public Task<CallToolResult> CancelAsync([Description("The job's id.")] string job_id, CancellationToken ct) =>
        AskAsync(job_id, id => jobs.CancelAsync(id, ct), ct);

    static bool IsPlain(string requestId) =>
        requestId.Length is > 0 and <= LongestRequestId && requestId.All(letter => letter is > ' ' and <= '~');

    Task<CallToolResult> LookAsync(string jobId, int waitSeconds, CancellationToken ct) =>
        AskAsync(jobId, id => jobs.ReadAsync(id, waitSeconds, ct), ct);

    static Task<CallToolResult> AskAsync(string jobId, Func<Guid, Task<HttpResponseMessage>> ask, CancellationToken ct) =>
        McpAnswer.TryAsync(async () =>
    {
        if (!Guid.TryParseExact(jobId, "D", out var id)) return McpAnswer.Refusal("not_found: job_id must be the id that generate gave.");
        using var response = await ask(id);
        var (job, refusal) = await McpAnswer.ReadAsync<JobView>(response, ct);
        return refusal ?? McpAnswer.Of(ShownJob.Of(job!));
    }, ct);

    async Task<CallToolResult> GenerateAsync(string model, JsonElement input, string requestId, CancellationToken ct)
    {
        if (!IsPlain(requestId)) return McpAnswer.Refusal(
            $"invalid_request: request_id must be 1 to {LongestRequestId} visible ASCII characters.");
        if (budget.LimitOf(Context.Request) is not { } limit) return McpAnswer.Refusal(
            "invalid_request: budget, in the server's address, must be a whole number.");
        var caller = Context.Features.Get<Caller>()!;
        using var turn = await turns.TakeAsync(caller.CredentialId, ct);
        if (turn is null) return McpAnswer.Refusal(
            "rate_limited: Other calls of generate with this key are still being answered. "
            + "Repeat the same call in a few seconds; with the same request_id it does not buy twice.");
        var before = await budget.MadeBeforeAsync(caller, requestId, ct);
        var spent = await budget.SpentAsync(caller, ct);
        if (before is null && await OverBudgetAsync(caller, model, input, spent, limit, ct) is { } refused) return refused;

        // A repetition goes to Jobs, too, which says whether it is one: the same text with another input is refused there.
        var submit = new SubmitJob(model, input, Metadata: McpBudget.MetadataOf(caller, requestId));
        using var response = await jobs.SubmitAsync(submit, $"mcp-{requestId}", ct);
        var (job, refusal) = await McpAnswer.ReadAsync<JobView>(response, ct);
        if (refusal is not null) return refusal;
        // Jobs repeats its answer of then; what has become of the job is known here. Its credits are among those that were spent.
        return before?.Id == job!.Id
            ? McpAnswer.Of(ShownJob.Of(before) with { BudgetLeft = Math.Max(0, limit - spent) })
            : McpAnswer.Of(ShownJob.Of(job) with { BudgetLeft = Math.Max(0, limit - spent - McpBudget.CostOf(job)) });
    }

    /// <summary>Null when there is room for it.</summary>
    async Task<CallToolResult?> OverBudgetAsync(
        Caller caller, string model, JsonElement input, long spent, long limit, CancellationToken ct)
    {
        if (caller.Test) return null;
        using var response = await jobs.QuoteAsync(model, input, ct);
        var (quote, refusal) = await McpAnswer.ReadAsync<QuoteView>(response, ct);
        if (refusal is not null) return refusal;
        return spent + quote!.Credits <= limit ? null : McpAnswer.Refusal(
            $"budget_exceeded: This job costs up to {quote.Credits} credits; {Math.Max(
                0, limit - spent)} of the budget of {limit} are left. "
            + "Ask the person whom you work for, or choose a cheaper model or input.");
    }
}
