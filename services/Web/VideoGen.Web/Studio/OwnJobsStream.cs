using System.IO.Pipelines;
using System.Net.ServerSentEvents;
using System.Text.Json;
using Microsoft.AspNetCore.Antiforgery;
using VideoGen.HttpApi;
using VideoGen.HttpApi.Errors;
using VideoGen.Jobs.Contracts;
using VideoGen.Web.Access;
using VideoGen.Web.Api;
using VideoGen.Web.Jobs;
using VideoGen.Web.Monitor;

namespace VideoGen.Web.Studio;

/// <summary>
/// <c>GET /studio/live</c>: the account's own jobs, one stream a page however many jobs are on it. It reads the public event stream in
/// the visitor's
/// name and sends each changed job as the tile it is shown as. It begins with the word to read anew what has not ended, so a browser
/// that was away
/// needs no memory of ours, and it ends when the sign-in does.
/// </summary>
internal sealed class OwnJobsStream(JobsApiClient jobs, LiveCards cards, Operators operators, IAntiforgery forms,
    IHostApplicationLifetime lifetime, TimeProvider time)
{
    static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(5);
    static readonly byte[] Opening = [.. "retry: 1000\n\n"u8, .. LiveMessage.Resync.Frame.Span];
    static readonly byte[] Comment = ": heartbeat\n\n"u8.ToArray();

    public async Task<IResult> RunAsync(HttpContext http)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, lifetime.ApplicationStopping);
        try
        {
            using var source = await jobs.OpenAsync("v1/events/stream", end.Token);
            if (!source.IsSuccessStatusCode) return Problems.Of(ErrorCodes.ForStatus((int)source.StatusCode));
            var token = forms.GetAndStoreTokens(http).RequestToken!;
            http.Response.ContentType = "text/event-stream";
            http.Response.Headers.CacheControl = "no-store";
            http.Response.Headers["X-Accel-Buffering"] = "no";
            await http.Response.BodyWriter.WriteAsync(Opening, end.Token);
            await using var events = await source.Content.ReadAsStreamAsync(end.Token);
            await PassOnAsync(http, events, token, end);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The browser has left, we stop, or the sign-in ended; a browser that may comes back.
        }
        catch (Exception failure) when (failure is IOException || Operators.IsAway(failure, end.Token))
        {
            // Jobs went away in the middle: the stream ends, and the browser opens another.
        }
        return Results.Empty;
    }

    async Task PassOnAsync(HttpContext http, Stream source, string token, CancellationTokenSource end)
    {
        var output = http.Response.BodyWriter;
        await using var events = SseParser.Create(source).EnumerateAsync(end.Token).GetAsyncEnumerator(end.Token);
        var next = events.MoveNextAsync().AsTask();
        var looked = time.GetTimestamp();
        try
        {
            while (true)
            {
                var first = await Task.WhenAny(next, Task.Delay(Heartbeat, time, end.Token));
                // However much there is to tell: who lost the right to see it is told nothing more.
                if (time.GetElapsedTime(looked) >= Heartbeat)
                {
                    looked = time.GetTimestamp();
                    if (SessionCookie.HasExpired(http, time.GetUtcNow())
                        || await operators.IdentifyAsync(http.Features.Get<Visitor>()!.Credential, end.Token) is null) return;
                }
                if (first != next)
                {
                    await first;
                    await output.WriteAsync(Comment, end.Token);
                    continue;
                }
                if (!await next) return;
                await SendAsync(output, events.Current, token, end.Token);
                next = events.MoveNextAsync().AsTask();
            }
        }
        finally
        {
            // An enumerator may not be let go in the middle of a step.
            await end.CancelAsync();
            await next.ContinueWith(static _ =>
                { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    async Task SendAsync(PipeWriter output, SseItem<string> change, string token, CancellationToken ct)
    {
        if (!change.EventType.StartsWith("job.", StringComparison.Ordinal)) return;
        var job = JsonSerializer.Deserialize<Change>(change.Data, ApiJson.Options)!.Data;
        var tile = await cards.RenderAsync<JobTileBody>(new() { [nameof(JobTileBody.Job)] = job, [nameof(JobTileBody.Token)] = token });
        await output.WriteAsync(LiveMessage.Of($"job-{job.Id}", tile).Frame, ct);
    }

    /// <summary>An event's body, as far as it is read here.</summary>
    sealed record Change(JobView Data);
}
