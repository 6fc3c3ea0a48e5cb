using System.Diagnostics;
using System.Reflection;
using VideoGen.Jobs.Contracts;
using VideoGen.Providers.Contracts;

namespace VideoGen.Gateway.Dialects.Visualizr.Operations;

/// <summary>
/// The system's health, asked of the services at most once a second: anybody may ask for it, without a key, as often as they like.
/// </summary>
internal sealed class HealthReport(IServiceScopeFactory scopes, TimeProvider time) : IDisposable
{
    static readonly TimeSpan Freshness = TimeSpan.FromSeconds(1);
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    static readonly DateTime StartedAt = Process.GetCurrentProcess().StartTime.ToUniversalTime();

    readonly SemaphoreSlim _asking = new(1, 1);
    volatile Health? _last;

    /// <summary>Of this program, without the commit it was built from.</summary>
    public static string Version { get; } =
        typeof(HealthReport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown";

    /// <summary>Of this process.</summary>
    public static long UptimeSeconds => (long)(DateTime.UtcNow - StartedAt).TotalSeconds;

    public async Task<Health> GetAsync()
    {
        if (_last is { } known && IsFresh(known)) return known;
        await _asking.WaitAsync();
        try
        {
            return _last is { } last && IsFresh(last) ? last : _last = await AskAsync();
        }
        finally
        {
            _asking.Release();
        }
    }

    public void Dispose() => _asking.Dispose();

    bool IsFresh(Health health) => time.GetElapsedTime(health.AskedAt) < Freshness;

    async Task<Health> AskAsync()
    {
        var askedAt = time.GetTimestamp();
        using var limit = new CancellationTokenSource(Patience, time);
        await using var scope = scopes.CreateAsyncScope();
        var memory = Answered(scope.ServiceProvider.GetRequiredService<MemoryClient>().GetAsync(limit.Token), limit.Token);
        var queue = Answered(scope.ServiceProvider.GetRequiredService<Native.StatisticsClient>().OfSystemAsync(limit.Token), limit.Token);
        return new Health(time.GetUtcNow(), askedAt, await memory, await queue);
    }

    static async Task<T?> Answered<T>(Task<Native.NativeResult<T>> asking, CancellationToken limit)
        where T : class
    {
        try
        {
            return (await asking).Value;
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            return null; // Not in time: that is what the report says.
        }
    }
}

/// <param name="AskedAt">A timestamp.</param>
/// <param name="Memory">Null when Providers does not answer.</param>
/// <param name="Queue">Null when Jobs does not answer.</param>
internal sealed record Health(DateTimeOffset At, long AskedAt, ModelMemory? Memory, SystemStatistics? Queue);
