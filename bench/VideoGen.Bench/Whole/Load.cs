using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;

namespace VideoGen.Bench.Whole;

/// <summary>How a load is put on.</summary>
/// <param name="Connections">Closed model: so many callers, each of whom submits again as soon as the last answer is there.</param>
/// <param name="RatePerSecond">Open model, when above 0: submits start at this rate, whether or not earlier ones were answered.</param>
/// <param name="Longest">Submits stop after this.</param>
/// <param name="MostJobs">Or after so many.</param>
/// <param name="Patience">So long after the last submit, jobs that have not ended count as unfinished.</param>
/// <param name="Settling">Null: transactions are not counted.</param>
internal sealed record LoadPlan(
    int Connections, double RatePerSecond, TimeSpan Longest, int MostJobs, TimeSpan Patience, Settling? Settling = null);

/// <summary>A submit that was accepted.</summary>
/// <param name="Due">When it was to start: what waits for its turn is late by that, too.</param>
internal sealed record AcceptedJob(string Id, int Number, DateTimeOffset Due, double SubmitMilliseconds);

/// <summary>Submits jobs and waits for their ends, which webhooks tell: no poll adds to the load.</summary>
internal sealed class Load(ILoadTarget target, WebhookReceiver receiver)
{
    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    readonly ConcurrentBag<AcceptedJob> _accepted = [];
    readonly ConcurrentDictionary<int, int> _refusals = new();
    int _submits;

    public async Task<LoadResult> RunAsync(JobKind kind, LoadPlan plan)
    {
        var (before, received, refused) = (await target.Meter.ReadAsync(), receiver.Received, receiver.Refused);
        var began = DateTimeOffset.UtcNow;
        var watch = Stopwatch.StartNew();
        if (plan.RatePerSecond > 0) await OpenAsync(kind, plan, watch);
        else await Task.WhenAll(Enumerable.Range(0, plan.Connections).Select(_ => CallAsync(kind, plan, watch)));
        var submitting = watch.Elapsed;
        var jobs = _accepted.OrderBy(job => job.Number).ToList();
        await EndedAsync(jobs, plan.Patience);
        var usage = await SettledAsync((await target.Meter.ReadAsync()).Since(before), before, plan.Settling);

        var ends = jobs.Select(job => (Job: job, End: receiver.EndOf(job.Id))).ToList();
        var completed = ends.Where(one => one.End is { Status: "completed" }).Select(one => (one.Job, End: one.End!)).ToList();
        var lasting = completed.Count == 0 ? TimeSpan.Zero : completed.Max(one => one.End.EndedAt) - began;
        return new LoadResult
        {
            AcceptedPerSecond = jobs.Count / submitting.TotalSeconds,
            CompletedPerSecond = lasting > TimeSpan.Zero ? completed.Count / lasting.TotalSeconds : 0,
            Accepted = jobs.Count,
            Completed = completed.Count,
            Failed = ends.Count(one => one.End is not null) - completed.Count,
            Unfinished = ends.Count(one => one.End is null),
            Submit = Latencies.Of(jobs.Select(job => job.SubmitMilliseconds)),
            EndToEnd = Latencies.Of(completed.Select(one => (one.End.EndedAt - one.Job.Due).TotalMilliseconds)),
            ToWebhook = Latencies.Of(completed.Select(one => (one.End.At - one.Job.Due).TotalMilliseconds)),
            Webhooks = receiver.Received - received,
            Forged = receiver.Refused - refused,
            DifferentFiles = completed.Select(one => one.End.Sha256).OfType<string>().Distinct(StringComparer.Ordinal).Count(),
            Refusals = _refusals,
            Usage = usage,
            Jobs = [.. completed.Select(one => one.Job)],
        };
    }

    async Task<Usage> SettledAsync(Usage usage, Counters before, Settling? settling)
    {
        if (settling is null) return usage with { Transactions = null };
        await Task.Delay(settling.Wait);
        var later = (await target.Meter.ReadAsync()).Since(before);
        return usage with { Transactions = later.Transactions - (long)(settling.IdlePerSecond * (later.Seconds - usage.Seconds)) };
    }

    async Task CallAsync(JobKind kind, LoadPlan plan, Stopwatch watch)
    {
        while (watch.Elapsed < plan.Longest && Interlocked.Increment(ref _submits) is var number && number <= plan.MostJobs)
            await SubmitAsync(kind, number, DateTimeOffset.UtcNow);
    }

    async Task OpenAsync(JobKind kind, LoadPlan plan, Stopwatch watch)
    {
        var began = DateTimeOffset.UtcNow;
        var sent = new List<Task>();
        for (var number = 1; number <= plan.MostJobs; number++)
        {
            var due = TimeSpan.FromSeconds((number - 1) / plan.RatePerSecond);
            if (due >= plan.Longest) break;
            if (due > watch.Elapsed) await Task.Delay(due - watch.Elapsed);
            sent.Add(SubmitAsync(kind, number, began + due));
        }
        await Task.WhenAll(sent);
    }

    async Task SubmitAsync(JobKind kind, int number, DateTimeOffset due)
    {
        using var request = target.Submit(kind, number);
        try
        {
            using var answer = await target.Http.SendAsync(request);
            var body = await answer.Content.ReadAsByteArrayAsync();
            if (!answer.IsSuccessStatusCode)
            {
                _refusals.AddOrUpdate((int)answer.StatusCode, 1, (_, count) => count + 1);
                return;
            }
            using var json = JsonDocument.Parse(body);
            var id = json.RootElement.GetProperty("id").GetString()!;
            _accepted.Add(new AcceptedJob(id, number, due, (DateTimeOffset.UtcNow - due).TotalMilliseconds));
        }
        catch (Exception silence) when (silence is HttpRequestException or TaskCanceledException)
        {
            _refusals.AddOrUpdate(0, 1, (_, count) => count + 1);
        }
    }

    async Task EndedAsync(IReadOnlyList<AcceptedJob> jobs, TimeSpan patience)
    {
        var watch = Stopwatch.StartNew();
        var waiting = jobs.ToList();
        while (watch.Elapsed < patience)
        {
            waiting.RemoveAll(job => receiver.EndOf(job.Id) is not null);
            if (waiting.Count == 0) return;
            await Task.Delay(Look);
        }
    }
}
