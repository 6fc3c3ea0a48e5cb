using System.Text.Json;
using System.Text.Json.Serialization;

namespace VideoGen.Bench.Whole;

/// <summary>
/// The system as a whole, from outside: jobs from their submit to their genuine webhook, reads, what each costs, and the same of a plain Node stack
/// and of pgbench in the same minutes, for machines differ from day to day and ratios do so less. Callers, receiver and everything that is measured
/// share one machine.
/// </summary>
internal static class WholeCommand
{
    static readonly JsonSerializerOptions Readable = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public static BenchCommand Command { get; } = new(
        "whole", "The system as a whole beside a plain Node stack: --short, --connections 32, --rate 50, --json file", RunAsync);

    static async Task<int> RunAsync(BenchArguments arguments)
    {
        var options = WholeOptions.Of(arguments);
        await using var system = await BenchedSystem.OpenAsync(arguments, new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Resources__providers__Environment__Connectors__Simulator__Instant"] = "true",
        });
        var result = await new WholeRun(system, options).MeasureAsync();
        await Console.Out.WriteLineAsync(WholeTable.Write(result, KeptTable.Read()));
        if (options.Json is { } file) await File.WriteAllTextAsync(file, JsonSerializer.Serialize(result, Readable));
        // Never by time: only what must not be.
        return WholeTable.Loads(result.System).Any(load => load.Failed + load.Forged > 0) ? 1 : 0;
    }
}

/// <summary>One run, in order.</summary>
internal sealed class WholeRun(BenchedSystem system, WholeOptions options)
{
    readonly List<string> _leftOut = [];

    public async Task<WholeResult> MeasureAsync()
    {
        var database = new DatabaseCountersStore(system.Postgres("videogen").ConnectionString);
        await CountStatementsAsync(database);
        var broker = options.Management is { } address ? BrokerCounters.At(address) : null;
        if (broker is null) _leftOut.Add("messages: RabbitMQ runs without its management plugin (--management http://user:password@127.0.0.1:15672 where it runs)");
        var meter = new Meter(() => system.Processes, database, broker);
        await using var receiver = await WebhookReceiver.StartAsync();
        await SayAsync($"opening {options.Accounts} accounts");
        using var target = await VideoGenTarget.OpenAsync(system, meter, receiver, options.Accounts);
        var (idle, idleMemory) = await IdleAsync(meter);
        await using var baseline = await BaselineAsync(receiver);

        var (own, plain) = (new TargetResult(), baseline is null ? null : new TargetResult());
        // One after the other, kind by kind: what the machine does besides changes from minute to minute.
        (ILoadTarget Target, TargetResult Result)[] both = baseline is null ? [(target, own)] : [(baseline, plain!), (target, own)];
        foreach (var (one, _) in both) await WarmAsync(one, receiver);
        foreach (var (one, result) in both) result.Text = await LoadAsync(one, receiver, JobKind.Text);
        await ImagesAsync(both, receiver);
        foreach (var (one, result) in both) await OpenLoadsAsync(one, result, receiver);
        foreach (var (one, result) in both) await ReadsAsync(one, result);
        var memory = meter.Memory();
        return new WholeResult(
            DateTimeOffset.UtcNow, options, Environment.ProcessorCount, system.StartedIn?.TotalSeconds, idle, idleMemory, memory, own, plain,
            await PgBenchAsync(), _leftOut);
    }

    async Task CountStatementsAsync(DatabaseCountersStore database)
    {
        if (!options.CountsStatements)
        {
            _leftOut.Add("statements: not asked for (--statements true)");
            return;
        }
        try
        {
            await database.LoadStatementsAtStartAsync();
            if (await system.RestartAsync("postgres")) await database.CountStatementsAsync();
            else _leftOut.Add("statements: the library is loaded when PostgreSQL starts, and this system is somebody else's");
        }
        catch (Npgsql.PostgresException problem)
        {
            _leftOut.Add($"statements: {problem.MessageText}");
        }
    }

    async Task<(Usage Idle, IReadOnlyDictionary<string, long> Memory)> IdleAsync(Meter meter)
    {
        await SayAsync("idle");
        // What the accounts' first steps left to do.
        await Task.Delay(options.IsShort ? TimeSpan.FromSeconds(2) : TimeSpan.FromSeconds(15));
        var before = await meter.ReadAsync();
        await Task.Delay(options.Idling);
        return ((await meter.ReadAsync()).Since(before), meter.Memory());
    }

    async Task<BaselineTarget?> BaselineAsync(WebhookReceiver receiver)
    {
        var lacks = options.HasBaseline ? BaselineTarget.Lacks() : "not asked for";
        if (lacks is null) return await BaselineTarget.StartAsync(system, receiver);
        _leftOut.Add($"baseline: {lacks}");
        return null;
    }

    async Task WarmAsync(ILoadTarget target, WebhookReceiver receiver)
    {
        await SayAsync($"{target.Name}: warming");
        // One picture first, which instant mode keeps.
        await new Load(target, receiver).RunAsync(JobKind.Image, Closed(connections: 1, options.Warming, mostJobs: 1));
        await new Load(target, receiver).RunAsync(JobKind.Image, Closed(connections: 2, options.Warming, mostJobs: 4));
        await new Load(target, receiver).RunAsync(JobKind.Text, Closed(options.Connections, options.Warming, options.MostJobs / 2));
    }

    async Task ImagesAsync(IEnumerable<(ILoadTarget Target, TargetResult Result)> both, WebhookReceiver receiver)
    {
        await using var fresh = FreshPictures.In(system.Folder);
        if (fresh is null) _leftOut.Add("pictures of which no two are alike: the simulator is not in instant mode, so each is drawn by ffmpeg");
        foreach (var (one, result) in both) result.Image = await LoadAsync(one, receiver, JobKind.Image);
    }

    async Task OpenLoadsAsync(ILoadTarget target, TargetResult result, WebhookReceiver receiver)
    {
        var most = result.Text!.CompletedPerSecond;
        result.Tenth = await OpenAsync("at a tenth of its rate", most / 10);
        if (!options.IsShort) result.Half = await OpenAsync("at half its rate", most / 2);
        if (options.Rate > 0) result.AtRate = await OpenAsync($"at {options.Rate} a second", options.Rate);

        async Task<LoadResult?> OpenAsync(string how, double rate)
        {
            if (rate <= 0) return null;
            await SayAsync($"{target.Name}: texts {how}");
            return await new Load(target, receiver).RunAsync(
                JobKind.Text, new LoadPlan(options.Connections, rate, options.Loading, options.MostJobs, options.Patience));
        }
    }

    async Task<LoadResult> LoadAsync(ILoadTarget target, WebhookReceiver receiver, JobKind kind)
    {
        await SayAsync($"{target.Name}: {(kind == JobKind.Text ? "texts" : "pictures")}, {options.Connections} connections");
        return await new Load(target, receiver).RunAsync(
            kind, Closed(options.Connections, options.Loading, kind == JobKind.Text ? options.MostJobs : options.MostJobs / 4));
    }

    async Task ReadsAsync(ILoadTarget target, TargetResult result)
    {
        if (result.Text is not { Jobs: { Count: > 0 } jobs }) return;
        await SayAsync($"{target.Name}: status reads");
        var lasting = options.Loading / 2;
        await ReadResult.MeasureAsync(target, jobs, options.Connections, lasting / 4);
        result.Reads = await ReadResult.MeasureAsync(target, jobs, options.Connections, lasting);
    }

    async Task<double?> PgBenchAsync()
    {
        await SayAsync("pgbench");
        var rate = await PgBench.MeasureAsync(system.Postgres("postgres"), options.IsShort ? TimeSpan.FromSeconds(2) : TimeSpan.FromSeconds(10));
        if (rate is null) _leftOut.Add("pgbench: not installed (it comes with PostgreSQL's client programs)");
        return rate;
    }

    LoadPlan Closed(int connections, TimeSpan lasting, int mostJobs) => new(connections, RatePerSecond: 0, lasting, mostJobs, options.Patience);

    static Task SayAsync(string what) => Console.Error.WriteLineAsync($"{DateTime.Now:HH:mm:ss} {what}");
}
