using System.Threading.Channels;
using Microsoft.Extensions.Options;
using VideoGen.Jobs.Contracts;

namespace VideoGen.Gateway.Dialects.Visualizr.Live;

/// <summary>
/// Asks Jobs how followed jobs stand, many at a time: those that somebody has just begun to follow, at once; those of which nothing was
/// heard for a while, in case an event was lost. What is not answered is asked again a second later.
/// </summary>
internal sealed partial class LiveCatchUp(
    LiveJobs jobs, IServiceScopeFactory scopes, IOptions<LiveOptions> options, TimeProvider time, ILogger<LiveCatchUp> log) : BackgroundService
{
    const int MostAtOnce = 1000;

    static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    readonly Channel<JobWatch> _fresh = Channel.CreateUnbounded<JobWatch>(new UnboundedChannelOptions { SingleReader = true });

    /// <summary>Somebody has begun to follow a job of which nothing is known here.</summary>
    public void Ask(JobWatch watch)
    {
        watch.AskedAt = time.GetTimestamp();
        _fresh.Writer.TryWrite(watch);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(AskFreshAsync(stoppingToken), AskAgainAsync(stoppingToken));

    async Task AskFreshAsync(CancellationToken ct)
    {
        var batch = new List<JobWatch>();
        while (await _fresh.Reader.WaitToReadAsync(ct))
        {
            while (batch.Count < MostAtOnce && _fresh.Reader.TryRead(out var watch))
                if (watch.News is null) batch.Add(watch);
            await AskAsync(batch, ct);
            batch.Clear();
        }
    }

    async Task AskAgainAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(Tick, time);
        while (await timer.WaitForNextTickAsync(ct))
        {
            foreach (var batch in jobs.All.Where(IsForgotten).Chunk(MostAtOnce))
                if (!await AskAsync(batch, ct)) break;
        }
    }

    bool IsForgotten(JobWatch watch) => watch.AskedAt is not { } asked || time.GetElapsedTime(asked) >= options.Value.Recheck;

    /// <returns>False when Jobs did not answer.</returns>
    async Task<bool> AskAsync(IReadOnlyCollection<JobWatch> watches, CancellationToken ct)
    {
        var rest = watches;
        while (rest.Count > 0)
        {
            // A job may be followed by its account and by another one, or from two worlds; the answer tells jobs by their ids alone.
            var asked = rest.DistinctBy(watch => watch.JobId).ToDictionary(watch => watch.JobId);
            rest = [.. rest.Where(watch => asked[watch.JobId] != watch)];
            if (!await AskAsync(asked, ct)) return false;
        }
        return true;
    }

    async Task<bool> AskAsync(Dictionary<Guid, JobWatch> asked, CancellationToken ct)
    {
        foreach (var watch in asked.Values) watch.AskedAt = time.GetTimestamp();
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var client = scope.ServiceProvider.GetRequiredService<ChangedJobsClient>();
            var news = await client.AskAsync(new KnownJobs([.. asked.Values.Select(watch => watch.Known)]), ct);
            foreach (var job in news.Jobs) asked[job.Id].Apply(LiveNews.Of(job));
            foreach (var id in news.Gone) asked[id].Refuse();
            return true;
        }
        catch (Exception failure) when (!ct.IsCancellationRequested)
        {
            // Whatever it was: they are due at the next tick.
            Log.JobsAway(log, failure, asked.Count);
            foreach (var watch in asked.Values) watch.AskedAt = null;
            return false;
        }
    }

    static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Jobs does not say how {Count} followed jobs stand; it is asked again")]
        public static partial void JobsAway(ILogger log, Exception failure, int count);
    }
}
