using Microsoft.AspNetCore.Http.HttpResults;
using VideoGen.HttpApi.Paging;
using VideoGen.Jobs.Contracts;
using VideoGen.Web.Api;

namespace VideoGen.Web.Operator;

/// <summary>
/// The overview: what the system does, what is stuck, what wants the operator. A part whose service is away says so, the others are there.
/// </summary>
internal sealed class ThroughputEndpoints(JobsApiClient jobs, ModelsApiClient providers)
{
    public async Task<IResult> ShowAsync(CancellationToken ct)
    {
        var (now, checks) = (ReadAsync(ct), jobs.GetAsync<ChecksView>("admin/v1/checks", ct));
        await Task.WhenAll(now, checks);
        return new RazorComponentResult<OverviewPage>(new { Now = await now, Checks = (await checks).Value });
    }

    /// <summary>The part that an open page asks for again and again.</summary>
    public async Task<IResult> NowAsync(CancellationToken ct) => new RazorComponentResult<NowPart>(new { Now = await ReadAsync(ct) });

    async Task<SystemNow> ReadAsync(CancellationToken ct)
    {
        var throughput = jobs.GetAsync<ThroughputView>("admin/v1/throughput", ct);
        var letters = jobs.GetAsync<DeadLettersShown>($"admin/v1/dead-letters?limit={SystemNow.MostLetters}", ct);
        var alarms = providers.GetAsync<Page<AlarmShown>>("admin/v1/alarms?open=true", ct);
        await Task.WhenAll(throughput, letters, alarms);
        return new SystemNow((await throughput).Value, (await letters).Value, (await alarms).Value?.Data);
    }
}

/// <summary>What the overview tells; a part is null where its service did not answer.</summary>
public sealed record SystemNow(ThroughputView? Throughput, DeadLettersShown? Letters, IReadOnlyList<AlarmShown>? Alarms)
{
    public const int MostLetters = 100;

    /// <summary>Whole minutes that a rate is taken over.</summary>
    const int RateMinutes = 5;

    public long Queued => CountOf(JobStatus.Queued);

    /// <summary>Out of the queue and not ended.</summary>
    public long Running => Throughput?.Living.Where(state => state.Status != JobStatus.Queued).Sum(state => state.Jobs) ?? 0;

    public double AcceptedPerMinute => Rate(minute => minute.Accepted);

    public double CompletedPerMinute => Rate(minute => minute.Completed);

    public long FailedInHour => Throughput?.Minutes.Sum(minute => minute.Failed) ?? 0;

    /// <summary>How long the job that waits longest has waited; null when none waits.</summary>
    public TimeSpan? LongestWait => Throughput is { OldestQueuedAt: { } oldest } told ? told.At - oldest : null;

    public string LettersText => Letters is null ? "–" : Letters.HasMore ? $"{MostLetters}+" : Layout.Shown.Number(Letters.Data.Count);

    public long CountOf(string status) => Throughput?.Living.FirstOrDefault(state => state.Status == status)?.Jobs ?? 0;

    /// <summary>The present minute is not over and would pull the rate down.</summary>
    double Rate(Func<MinuteFigures, long> figure) => Throughput is { Minutes.Count: > 1 } told
        ? told.Minutes.SkipLast(1).TakeLast(RateMinutes).Average(minute => (double)figure(minute)) : 0;
}
