using System.Diagnostics;

namespace VideoGen.Bench.Measuring;

/// <summary>Processor time, of the gateway and of the whole system.</summary>
internal readonly record struct Cost(TimeSpan Gateway, TimeSpan System)
{
    public static Cost operator +(Cost one, Cost other) => new(one.Gateway + other.Gateway, one.System + other.System);

    public static Cost operator -(Cost one, Cost other) => new(one.Gateway - other.Gateway, one.System - other.System);

    public static Cost operator *(Cost cost, double factor) => new(cost.Gateway * factor, cost.System * factor);

    public static Cost operator /(Cost cost, double divisor) => new(cost.Gateway / divisor, cost.System / divisor);
}

/// <summary>What a block of calls costs a system that is otherwise idle: its processor time, less what it uses for nothing.</summary>
internal sealed class CostMeter
{
    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);
    static readonly TimeSpan LongestSettling = TimeSpan.FromSeconds(5);

    readonly int _gateway;
    readonly int[] _all;
    Cost _idlePerSecond;

    public CostMeter(BenchedSystem system)
    {
        _gateway = system.Endpoints.Processes.First(process => process.Name == "gateway").Pid;
        _all = [.. system.Endpoints.Processes.Select(process => process.Pid).Where(id => id > 0)];
    }

    /// <summary>Looks at what the system uses while nobody asks anything of it; on a busy machine that changes.</summary>
    public async Task RestAsync()
    {
        _idlePerSecond = default;
        await SettleAsync();
        var watch = Stopwatch.StartNew();
        var before = Now();
        await Task.Delay(TimeSpan.FromSeconds(5));
        _idlePerSecond = (Now() - before) / watch.Elapsed.TotalSeconds;
    }

    /// <summary>With the work that the calls leave behind: it is waited for.</summary>
    public async Task<Cost> OfAsync(Func<Task> work)
    {
        var watch = Stopwatch.StartNew();
        var before = Now();
        await work();
        await SettleAsync();
        return Now() - before - _idlePerSecond * watch.Elapsed.TotalSeconds;
    }

    async Task SettleAsync()
    {
        var watch = Stopwatch.StartNew();
        var last = Now();
        while (watch.Elapsed < LongestSettling)
        {
            await Task.Delay(Look);
            var now = Now();
            // Clock ticks are 10 ms: two more than idle is idle.
            if ((now - last).System - _idlePerSecond.System * Look.TotalSeconds < TimeSpan.FromMilliseconds(25)) return;
            last = now;
        }
    }

    Cost Now() => new(ProcessorTime.Of(_gateway), ProcessorTime.OfTrees(_all));
}
