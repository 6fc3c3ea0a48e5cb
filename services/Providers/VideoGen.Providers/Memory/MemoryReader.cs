using VideoGen.Providers.Contracts;

namespace VideoGen.Providers.Memory;

/// <summary>Tells which models are in memory now. The GPU and the records are read at most every two seconds, however many ask.</summary>
internal sealed partial class MemoryReader(
    LoadedModelStore store, IEnumerable<IModelPlace> places, TimeProvider time, ILogger<MemoryReader> log) : IDisposable
{
    static readonly TimeSpan Freshness = TimeSpan.FromSeconds(2);

    readonly SemaphoreSlim _reading = new(1, 1);
    volatile Reading? _last;

    public async Task<ModelMemory> ReadAsync(CancellationToken ct)
    {
        if (_last is { } known && IsFresh(known)) return known.Memory;
        await _reading.WaitAsync(ct);
        try
        {
            if (_last is { } last && IsFresh(last)) return last.Memory;
            var gpus = new List<Gpu>();
            var away = new HashSet<string>(StringComparer.Ordinal);
            foreach (var place in places)
            {
                var own = await GpusAsync(place, ct);
                gpus.AddRange(own);
                if (own.Count == 0 && !place.IsOwn) away.Add(place.Name);
            }

            // A GPU that does not answer holds nothing that anybody could use.
            var models = (await store.ListAsync(ct)).Where(row => !away.Contains(row.Place));
            var memory = new ModelMemory(gpus, [.. models.Select(row => new LoadedModel(row.Model, row.MemoryBytes!.Value, row.LoadedAt!.Value))]);
            _last = new Reading(memory, time.GetTimestamp());
            return memory;
        }
        finally
        {
            _reading.Release();
        }
    }

    /// <summary>Has the next reader read anew, because something has changed.</summary>
    public void Forget() => _last = null;

    public void Dispose() => _reading.Dispose();

    bool IsFresh(Reading reading) => time.GetElapsedTime(reading.At) < Freshness;

    async Task<IReadOnlyList<Gpu>> GpusAsync(IModelPlace place, CancellationToken ct)
    {
        try
        {
            return await place.GpusAsync(ct);
        }
        catch (Exception failure) when (failure is HttpRequestException || (failure is OperationCanceledException && !ct.IsCancellationRequested))
        {
            Log.Away(log, failure, place.Name);
            return [];
        }
    }

    sealed record Reading(ModelMemory Memory, long At);

    static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "{Place} does not say how its GPU is doing")]
        public static partial void Away(ILogger logger, Exception failure, string place);
    }
}
