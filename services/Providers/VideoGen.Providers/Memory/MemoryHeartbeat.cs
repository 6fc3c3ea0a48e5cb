using Npgsql;
using VideoGen.Providers.Outputs;

namespace VideoGen.Providers.Memory;

/// <summary>
/// Says every few seconds that this process lives, and lets go of models that the records no longer give it. What a process before it left
/// under its address is taken out of the records first, and only then does this one load anything: a load that began before would go with it.
/// </summary>
internal sealed partial class MemoryHeartbeat(
    LoadedModelStore store, MemoryRecords records, IEnumerable<IModelPlace> places, SelfAddress self, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<MemoryHeartbeat> log) : BackgroundService
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!await StartedAsync(stoppingToken)) return;
        using var timer = new PeriodicTimer(Interval, time);
        await TryAsync(() => BeginAsync(stoppingToken), stoppingToken);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await TryAsync(() => records.AreOwn ? SeeAsync(stoppingToken) : BeginAsync(stoppingToken), stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // We stop, and say so below, so that the others need not wait until the silence is noticed.
        }
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(2), time);
        await TryAsync(() => store.RemoveNodeAsync(self.Url, limit.Token), limit.Token);
    }

    async Task BeginAsync(CancellationToken ct)
    {
        await store.RemoveNodeAsync(self.Url, ct);
        records.Begin();
    }

    async Task SeeAsync(CancellationToken ct)
    {
        // In this order, because a load holds its model before it is recorded as loaded, but never before it is recorded.
        var held = places.SelectMany(place => place.Held.Select(model => (Place: place, Model: model))).ToList();
        var recorded = await store.SeenAsync(self.Url, ct);
        foreach (var (place, model) in held)
            if (!recorded.Contains(model)) await place.FreeAsync(model, ct);
    }

    async Task TryAsync(Func<Task> act, CancellationToken ct)
    {
        try
        {
            await act();
        }
        catch (Exception failure) when (failure is NpgsqlException or TimeoutException || (failure is OperationCanceledException && ct.IsCancellationRequested))
        {
            Log.Missed(log, failure);
        }
    }

    /// <summary>The address is known once the server listens.</summary>
    async Task<bool> StartedAsync(CancellationToken ct)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var starting = lifetime.ApplicationStarted.Register(started.SetResult);
        try
        {
            await started.Task.WaitAsync(ct);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "This process could not record that it still holds its models")]
        public static partial void Missed(ILogger logger, Exception failure);
    }
}

/// <summary>Whether the records of this process's address are its own.</summary>
internal sealed class MemoryRecords
{
    readonly TaskCompletionSource _own = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool AreOwn => _own.Task.IsCompleted;

    public void Begin() => _own.TrySetResult();

    /// <summary>Returns once nothing of an earlier process stands under this address any more.</summary>
    public Task WaitAsync(CancellationToken ct) => _own.Task.WaitAsync(ct);
}
