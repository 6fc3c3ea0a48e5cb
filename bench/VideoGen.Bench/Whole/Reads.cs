using System.Collections.Concurrent;
using System.Diagnostics;

namespace VideoGen.Bench.Whole;

/// <summary>What came of reading jobs' states.</summary>
internal sealed record ReadResult(double PerSecond, int Count, int Refused, Latencies Read, Usage Usage)
{
    /// <summary>Of all processes, a read.</summary>
    public double ProcessorMilliseconds => Usage.AllProcessorMilliseconds / Math.Max(1, Count);

    /// <summary>A closed load of reads of ended jobs, one after another and each connection from another one on.</summary>
    public static async Task<ReadResult> MeasureAsync(
        ILoadTarget target, IReadOnlyList<AcceptedJob> jobs, int connections, TimeSpan lasting)
    {
        var times = new ConcurrentBag<List<double>>();
        var refused = 0;
        var before = await target.Meter.ReadAsync();
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, connections).Select(ReadAsync));
        var seconds = watch.Elapsed.TotalSeconds;
        var usage = (await target.Meter.ReadAsync()).Since(before);
        var all = times.SelectMany(one => one).ToList();
        return new ReadResult(all.Count / seconds, all.Count, refused, Latencies.Of(all), usage);

        async Task ReadAsync(int connection)
        {
            var own = new List<double>();
            for (var place = connection; watch.Elapsed < lasting; place++)
            {
                var job = jobs[place % jobs.Count];
                var began = Stopwatch.GetTimestamp();
                using var request = target.Read(job.Id, job.Number);
                using var answer = await target.Http.SendAsync(request);
                await answer.Content.CopyToAsync(Stream.Null);
                if (answer.IsSuccessStatusCode) own.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
                else Interlocked.Increment(ref refused);
            }
            times.Add(own);
        }
    }
}
