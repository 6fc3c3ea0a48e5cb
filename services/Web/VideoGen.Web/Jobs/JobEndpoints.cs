using System.Net.ServerSentEvents;
using System.Text.Json;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using VideoGen.Accounts.Contracts;
using VideoGen.HttpApi;
using VideoGen.HttpApi.Errors;
using VideoGen.HttpApi.Paging;
using VideoGen.Jobs.Contracts;
using VideoGen.Web.Account;
using VideoGen.Web.Api;
using VideoGen.Web.Contracts;
using VideoGen.Web.Layout;
using VideoGen.Web.Monitor;

namespace VideoGen.Web.Jobs;

/// <summary>One job: its page, its tile, its files, its end.</summary>
internal sealed class JobEndpoints(JobsApiClient jobs, AccountsApiClient accounts, IAntiforgery forms, IOptions<PageOptions> page,
    TimeProvider time)
{
    /// <summary>A job's events so far come at once; who waits longer waits for new ones.</summary>
    static readonly TimeSpan EventPatience = TimeSpan.FromMilliseconds(400);

    public async Task<IResult> PageAsync(Guid id, HttpContext context, CancellationToken ct)
    {
        var (story, refusal) = await ReadAsync(id, context, ct);
        return story is null ? refusal! : new RazorComponentResult<JobPage>(new { Story = story, Address = page.Value.PublicUrl });
    }

    public async Task<IResult> StoryAsync(Guid id, HttpContext context, CancellationToken ct)
    {
        var (story, refusal) = await ReadAsync(id, context, ct);
        return story is null ? refusal! : new RazorComponentResult<StoryPart>(new { Story = story });
    }

    public async Task<IResult> TileAsync(Guid id, HttpContext context, CancellationToken ct)
    {
        var job = await jobs.GetAsync<JobView>($"v1/jobs/{id}", ct);
        return job.Value is null ? job.Refusal : Tile(context, job.Value);
    }

    /// <summary>To the file itself, by a link that is signed at this moment: a page may stay open for longer than a link lives.</summary>
    public async Task<IResult> FileAsync(Guid id, int index, HttpResponse response, CancellationToken ct)
    {
        var job = await jobs.GetAsync<JobView>($"v1/jobs/{id}", ct);
        if (job.Value is null) return job.Refusal;
        if (job.Value.Output?.Assets is not { } assets || index < 0 || index >= assets.Count) return Problems.Of(ErrorCodes.NotFound,
            "There is no such file.");
        response.Headers.CacheControl = "private, max-age=60";
        return Results.Redirect(assets[index].Url);
    }

    public async Task<IResult> CancelAsync(Guid id, HttpContext context, CancellationToken ct)
    {
        var answer = await jobs.PostAsync<JobView>($"v1/jobs/{id}/cancel", body: null, ct);
        // One that ended meanwhile can't be cancelled; its end is what is shown.
        if (answer.Value is null && answer.Problem!.Code != ErrorCodes.JobNotCancellable.Code) return answer.Refusal;
        if (context.Request.Headers.ContainsKey("HX-Request")) return await TileAsync(id, context, ct);
        return Results.Redirect($"{WebPages.Jobs}/{id}");
    }

    public async Task<IResult> DeleteAsync(Guid id, CancellationToken ct)
    {
        var answer = await jobs.SendAsync<Nothing>(HttpMethod.Delete, $"v1/jobs/{id}", body: null, ct);
        return answer.Problem is null ? Results.Redirect(WebPages.Jobs) : answer.Refusal;
    }

    async Task<(JobStory? Story, IResult? Refusal)> ReadAsync(Guid id, HttpContext context, CancellationToken ct)
    {
        var job = await jobs.GetAsync<JobView>($"v1/jobs/{id}", ct);
        if (job.Value is null) return (null, job.Refusal);
        var ledger = accounts.GetAsync<Page<LedgerEntry>>($"v1/account/ledger?job_id={id}", ct);
        var deliveries = jobs.GetAsync<Page<DeliveryShown>>($"v1/webhooks/deliveries?job_id={id}", ct);
        var log = LogLine.Of(new MonitoredJob(job.Value, await ChangesAsync(id, ct)));
        return (new JobStory(job.Value, log, (await ledger).Value?.Data ?? [], (await deliveries).Value?.Data ?? [],
            JobFacts.SpansOf(job.Value, time.GetUtcNow()),
            forms.GetAndStoreTokens(context).RequestToken!), null);
    }

    /// <summary>What the job's event stream tells from its beginning; nothing where the feed no longer reaches back.</summary>
    async Task<IReadOnlyList<JobChange>> ChangesAsync(Guid id, CancellationToken ct)
    {
        var changes = new List<JobChange>();
        using var patience = new CancellationTokenSource(EventPatience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
        try
        {
            // An ended job's stream is over at once for who has read its last event; from the beginning it is whole.
            using var source = await jobs.OpenAsync($"v1/jobs/{id}/events", both.Token);
            if (!source.IsSuccessStatusCode || source.Content.Headers.ContentType?.MediaType != "text/event-stream") return changes;
            await using var content = await source.Content.ReadAsStreamAsync(both.Token);
            await foreach (var item in SseParser.Create(content).EnumerateAsync(both.Token))
            {
                var body = JsonSerializer.Deserialize<Told>(item.Data, ApiJson.Options)!;
                changes.Add(new JobChange(item.EventType, body.Timestamp, body.Data.Progress));
            }
        }
        catch (Exception failure) when (!ct.IsCancellationRequested
            && failure is OperationCanceledException or HttpRequestException or IOException)
        {
            // It runs still, or can't be read to its end: what was read is shown.
        }
        return changes;
    }

    RazorComponentResult<JobTileBody> Tile(HttpContext context, JobView job) =>
        new(new { Job = job, Token = forms.GetAndStoreTokens(context).RequestToken });

    sealed record Told(DateTimeOffset Timestamp, JobView Data);
}
