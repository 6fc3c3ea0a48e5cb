namespace VideoGen.Bench.Whole;

/// <summary>One run, in order.</summary>
internal sealed class WholeRun(BenchedSystem system, WholeOptions options)
{
    readonly List<string> _leftOut = [];
    double _idlePerSecond;

    public async Task<WholeResult> MeasureAsync()
    {
        var database = new DatabaseCountersStore(system.Postgres("videogen").ConnectionString);
        await CountStatementsAsync(database);
        if (options.IsShort) _leftOut.Add("transactions a job: PostgreSQL tells them late, and the short form does not wait for them");
        var broker = options.Management is { } address ? BrokerCounters.At(address) : null;
        if (broker is null) _leftOut.Add("messages: RabbitMQ runs without its management plugin (--management with its address)");
        var meter = new Meter(() => system.Processes, database, broker);
        await using var receiver = await WebhookReceiver.StartAsync();
        await SayAsync($"opening {options.Accounts} accounts");
        using var target = await VideoGenTarget.OpenAsync(system, meter, receiver, options.Accounts);
        var (idle, idleMemory) = await IdleAsync(meter);
        _idlePerSecond = (idle.Transactions ?? 0) / idle.Seconds;
        await using var baseline = await BaselineAsync(receiver, database.CountsStatements);

        var (own, plain) = (new TargetResult(), baseline is null ? null : new TargetResult());
        // One after the other, kind by kind: what the machine does besides changes from minute to minute.
        (ILoadTarget Target, TargetResult Result)[] both = baseline is null ? [(target, own)] : [(baseline, plain!), (target, own)];
        foreach (var (one, _) in both) await WarmAsync(one, receiver);
        await SettleAsync();
        if (options.Only is null or JobKind.Text)
            foreach (var (one, result) in both) result.Text = await LoadAsync(one, receiver, JobKind.Text);
        if (options.Only is null or JobKind.Image) await ImagesAsync(both, receiver);
        if (options.Only is null) await OpenLoadsAndReadsAsync(both, receiver);
        var memory = meter.Memory();
        return new WholeResult(
            DateTimeOffset.UtcNow, options, Environment.ProcessorCount, system.StartedIn?.TotalSeconds, idle, idleMemory, memory, own,
            plain, await PgBenchAsync(), _leftOut);
    }

    async Task CountStatementsAsync(DatabaseCountersStore database)
    {
        if (!options.CountsStatements)
        {
            _leftOut.Add("statements: not asked for (--statements true)");
            return;
        }
        if (!system.IsOwn)
        {
            _leftOut.Add("statements: the library is loaded when PostgreSQL starts, and this system is somebody else's");
            return;
        }
        try
        {
            await database.LoadStatementsAtStartAsync();
            await system.RestartAsync("postgres");
            await database.CountStatementsAsync();
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

    async Task<BaselineTarget?> BaselineAsync(WebhookReceiver receiver, bool countsStatements)
    {
        var lacks = options.HasBaseline ? BaselineTarget.Lacks() : "not asked for";
        if (lacks is null) return await BaselineTarget.StartAsync(system, receiver, countsStatements);
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
        await SettleAsync();
        await using var fresh = FreshPictures.In(system.Folder);
        if (fresh is null) _leftOut.Add("pictures without the cost of drawing them: the simulator is not in instant mode");
        foreach (var (one, result) in both) result.Image = await LoadAsync(one, receiver, JobKind.Image);
    }

    async Task OpenLoadsAndReadsAsync((ILoadTarget Target, TargetResult Result)[] both, WebhookReceiver receiver)
    {
        foreach (var (one, result) in both) await OpenLoadsAsync(one, result, receiver);
        foreach (var (one, result) in both) await ReadsAsync(one, result);
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
        var plan = Closed(options.Connections, options.Loading, kind == JobKind.Text ? options.MostJobs : options.MostJobs / 4);
        var settling = options.IsShort ? null : new Settling(Settling.Needed, target is VideoGenTarget ? _idlePerSecond : 0);
        return await new Load(target, receiver).RunAsync(kind, plan with { Settling = settling });
    }

    async Task ReadsAsync(ILoadTarget target, TargetResult result)
    {
        if (result.Text is not { Jobs: { Count: > 0 } jobs }) return;
        await SayAsync($"{target.Name}: status reads");
        var lasting = options.Loading / 2;
        await ReadResult.MeasureAsync(target, jobs, options.Connections, lasting / 4);
        result.Reads = await ReadResult.MeasureAsync(target, jobs, options.Connections, lasting);
    }

    Task SettleAsync() => options.IsShort ? Task.CompletedTask : Task.Delay(Settling.Needed);

    async Task<double?> PgBenchAsync()
    {
        await SayAsync("pgbench");
        var rate = await PgBench.MeasureAsync(system.Postgres("postgres"), TimeSpan.FromSeconds(options.IsShort ? 2 : 10));
        if (rate is null) _leftOut.Add("pgbench: not installed (it comes with PostgreSQL's client programs)");
        return rate;
    }

    LoadPlan Closed(int connections, TimeSpan lasting, int mostJobs) =>
        new(connections, RatePerSecond: 0, lasting, mostJobs, options.Patience);

    static Task SayAsync(string what) => Console.Error.WriteLineAsync($"{DateTime.Now:HH:mm:ss} {what}");
}
