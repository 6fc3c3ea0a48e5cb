using System.Collections.Concurrent;
using VideoGen.Providers.Contracts;

namespace VideoGen.Providers.Memory;

/// <summary>The loads that this process is at. They outlive the requests that began them, and end with the process.</summary>
internal sealed partial class BackgroundLoads(LoadedModelStore store, IHostApplicationLifetime lifetime, ILogger<BackgroundLoads> log)
{
    static readonly TimeSpan LongestLoad = TimeSpan.FromMinutes(10);

    readonly ConcurrentDictionary<string, Running> _running = new(StringComparer.Ordinal);

    /// <returns>The end, once it is written down.</returns>
    public Task<LoadEnd> Start(CatalogModel model, IModelPlace place, Guid loadId)
    {
        var stop = CancellationTokenSource.CreateLinkedTokenSource(lifetime.ApplicationStopping);
        stop.CancelAfter(LongestLoad);
        Task<LoadEnd> load;
        using (ExecutionContext.SuppressFlow()) load = Task.Run(() => RunAsync(model, place, loadId, stop));
        var running = new Running(load, stop);
        _running[model.Slug] = running;
        _ = load.ContinueWith(_ => _running.TryRemove(KeyValuePair.Create(model.Slug, running)), TaskScheduler.Default);
        return load;
    }

    /// <summary>Returns when the load of this model has stopped, if there is one.</summary>
    public async Task StopAsync(string slug)
    {
        if (!_running.TryGetValue(slug, out var running)) return;
        await running.Stop.CancelAsync();
        await running.Load;
    }

    async Task<LoadEnd> RunAsync(CatalogModel model, IModelPlace place, Guid loadId, CancellationTokenSource stop)
    {
        LoadEnd end;
        try
        {
            end = await place.LoadAsync(model, stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            end = LoadEnd.Failure("The load was stopped.");
        }
        catch (Exception failure)
        {
            Log.Broke(log, failure, model.Slug, place.Name);
            end = LoadEnd.Failure("The model could not be loaded.", failure.Message);
        }

        if (end is LoadEnd.Failed failed)
        {
            Log.Failed(log, model.Slug, place.Name, failed.Message, failed.Detail);
            await store.RemoveAsync(model.Slug, loadId, CancellationToken.None);
        }
        else if (end is LoadEnd.Loaded loaded && !await store.LoadedAsync(model.Slug, loadId, loaded.Bytes, CancellationToken.None))
        {
            await place.FreeAsync(model.Slug, CancellationToken.None);
            end = LoadEnd.Failure("The load was stopped.");
        }
        return end;
    }

    sealed record Running(Task<LoadEnd> Load, CancellationTokenSource Stop);

    static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Model {Model} was not loaded on {Place}: {Reason} {Detail}")]
        public static partial void Failed(ILogger logger, string model, string place, string reason, string? detail);

        [LoggerMessage(LogLevel.Error, "Loading model {Model} on {Place} broke")]
        public static partial void Broke(ILogger logger, Exception failure, string model, string place);
    }
}
