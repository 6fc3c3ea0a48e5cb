using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using VideoGen.Bench.Dialects;
using VideoGen.Bench.Measuring;
using VideoGen.HttpApi;
using VideoGen.Jobs.Contracts;

namespace VideoGen.Bench.Sockets;

/// <summary>
/// Many WebSockets of the Visualizr API, each following one of a few running jobs. How late a progress is counts from the time that
/// Jobs wrote into the event, in its transaction, until the message is at the client; so it covers commit, outbox, RabbitMQ, gateway and
/// socket. All of it runs on one machine, this program too.
/// </summary>
internal static class SocketsCommand
{
    /// <summary>Upgrades at once.</summary>
    const int Opening = 64;

    static readonly TimeSpan Warming = TimeSpan.FromSeconds(5);

    public static BenchCommand Command { get; } = new(
        "sockets", "Progress to many WebSockets: --sockets 10000, --jobs 50, --seconds 20", RunAsync);

    static async Task<int> RunAsync(BenchArguments arguments)
    {
        var (sockets, jobs, seconds) = (arguments.Number("sockets", 10_000), arguments.Number("jobs", 50), arguments.Number("seconds", 20));
        await using var system = await BenchedSystem.OpenAsync(arguments, new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Resources__gateway__Environment__Dialects__Visualizr__Live__SocketsPerAccount"] = "100000",
        });
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, UseCookies = false }) { BaseAddress = new Uri(system.Gateway) };
        var account = await BenchAccount.OpenAsync(system, http, "enterprise", test: true);
        var gateway = system.Endpoints.Processes.First(process => process.Name == "gateway").Pid;
        var restMemory = ProcessorTime.ResidentBytesOf(gateway);
        var running = await StartJobsAsync(account, jobs);

        var watch = Stopwatch.StartNew();
        var clients = await OpenAsync(system.Gateway, account, running, sockets);
        await Console.Error.WriteLineAsync($"{sockets} sockets opened in {watch.Elapsed.TotalSeconds:0.0} s");
        await Task.Delay(Warming);
        var (from, cpu) = (DateTimeOffset.UtcNow, ProcessorTime.Of(gateway));
        watch.Restart();
        await Task.Delay(TimeSpan.FromSeconds(seconds));
        var used = (ProcessorTime.Of(gateway) - cpu) / watch.Elapsed;
        var until = DateTimeOffset.UtcNow;
        var memory = ProcessorTime.ResidentBytesOf(gateway);
        // What was written at the very end still has a second to arrive.
        await Task.Delay(TimeSpan.FromSeconds(2));
        var lateness = Lateness.Of(await ProgressAsync(account, from, until), clients);
        await Console.Out.WriteLineAsync(Row(sockets, jobs, lateness, restMemory, memory, used));
        await Task.WhenAll(clients.Select(client => client.DisposeAsync().AsTask()));
        return lateness.Missing == 0 && lateness.ToAll.Max() < 1000 && memory < 600_000_000 ? 0 : 1;
    }

    /// <summary>Jobs that make a percent of progress about every second and render nothing.</summary>
    static async Task<IReadOnlyList<Guid>> StartJobsAsync(BenchAccount account, int jobs)
    {
        var ids = new List<Guid>();
        for (var n = 0; n < jobs; n++)
        {
            var job = await account.SendAsync<JobView>(HttpMethod.Post, "/v1/jobs", new
            {
                model = "stable-video-diffusion",
                input = new { prompt = "a cat" },
                simulate = new { delay_seconds = 200, stall_at_percent = 99 },
            }, account.TestKey);
            ids.Add(job.Id);
        }
        return ids;
    }

    static async Task<IReadOnlyList<SocketClient>> OpenAsync(string gateway, BenchAccount account, IReadOnlyList<Guid> jobs, int sockets)
    {
        var address = new Uri(gateway.Replace("http://", "ws://", StringComparison.Ordinal) + "/visualizr/api/v1/ws/generation");
        var clients = new SocketClient[sockets];
        await Parallel.ForAsync(0, sockets, new ParallelOptions { MaxDegreeOfParallelism = Opening }, async (n, _) =>
            clients[n] = await SocketClient.OpenAsync(address, account.Key(n), jobs[n % jobs.Count]));
        return clients;
    }

    /// <summary>The progress that Jobs wrote down in that time.</summary>
    static async Task<IReadOnlyList<Progress>> ProgressAsync(BenchAccount account, DateTimeOffset from, DateTimeOffset until)
    {
        var all = new List<Progress>();
        var after = "";
        while (true)
        {
            var page = await account.SendAsync<JsonElement>(HttpMethod.Get, $"/v1/events?type=job.progressed&limit=500{after}", body: null, account.Key(0));
            foreach (var one in page.GetProperty("data").EnumerateArray())
            {
                var (at, job) = (one.GetProperty("timestamp").GetDateTimeOffset(), one.GetProperty("data").Deserialize<JobView>(ApiJson.Options)!);
                if (at >= from && at <= until) all.Add(new Progress(job.Id, job.Progress.Percent, at));
            }
            if (!page.GetProperty("has_more").GetBoolean()) return all;
            after = "&after=" + Uri.EscapeDataString(page.GetProperty("next_cursor").GetString()!);
        }
    }

    static string Row(int sockets, int jobs, Lateness late, long rest, long memory, double processors) => string.Create(CultureInfo.InvariantCulture, $"""
        | sockets | jobs | messages | message p50 | p99 | max | at all of a job's p50 | max | missing | gateway at rest | with the sockets | processors |
        |---|---|---|---|---|---|---|---|---|---|---|---|
        | {sockets} | {jobs} | {late.Each.Count} | {At(late.Each, 0.5):0} ms | {At(late.Each, 0.99):0} ms | {late.Each.Max():0} ms | {At(late.ToAll, 0.5):0} ms | {late.ToAll.Max():0} ms | {late.Missing} | {rest / 1e6:0} MB | {memory / 1e6:0} MB | {processors:0.00} |
        """);

    static double At(IReadOnlyList<double> sorted, double share) => sorted[(int)((sorted.Count - 1) * share)];
}

/// <summary>A progress of a job, and when Jobs wrote it down.</summary>
internal sealed record Progress(Guid JobId, int Percent, DateTimeOffset At);

/// <summary>Milliseconds, sorted.</summary>
/// <param name="Each">Of each message.</param>
/// <param name="ToAll">Of each progress, until the last of its sockets had it.</param>
/// <param name="Missing">Sockets that never had a progress, nor a newer one.</param>
internal sealed record Lateness(IReadOnlyList<double> Each, IReadOnlyList<double> ToAll, int Missing)
{
    public static Lateness Of(IReadOnlyList<Progress> progress, IReadOnlyList<SocketClient> clients)
    {
        var byJob = clients.ToLookup(client => client.JobId);
        var (each, toAll, missing) = (new List<double>(), new List<double>(), 0);
        foreach (var one in progress)
        {
            var times = byJob[one.JobId].Select(client => client.TimeOf(one.Percent)).ToList();
            missing += times.Count(time => time is null);
            var late = times.OfType<DateTimeOffset>().Select(time => (time - one.At).TotalMilliseconds).ToList();
            each.AddRange(late);
            if (late.Count > 0) toAll.Add(late.Max());
        }
        if (each.Count == 0) throw new InvalidOperationException("No progress was made in that time.");
        each.Sort();
        toAll.Sort();
        return new Lateness(each, toAll, missing);
    }
}
