using VideoGen.Durability;
using VideoGen.HttpApi.Errors;
using VideoGen.Providers.Catalog;
using VideoGen.Providers.Contracts;
using VideoGen.Providers.Outputs;

namespace VideoGen.Providers.Memory;

/// <summary>
/// Puts models into memory before they are needed, and out of it.
/// <para>
/// Guarantee: models are never allowed more memory than there is, however many processes of this service are asked at once; what
/// is said to be freed was held; a process that dies takes its models out of the records within seconds.
/// </para>
/// <para>
/// Protocol of a load: 1. Choose the place: ComfyUI where it is configured and has a graph for the model, else the simulator.
/// 2. Under the table's lock: a model that is there already is the answer; else, when it fits in, its row is written. 3. This process
/// loads it in the background; a failure within the first second is the answer, any other outcome is written to the row. 4. The row
/// says that the process lives, every few seconds, until it is unloaded.
/// </para>
/// <para>
/// Several processes: the simulator's models each lie in the memory of the one process that was asked to load them, and count against
/// one budget; whoever is asked to unload one passes that on to its holder. ComfyUI is reached by all of them.
/// </para>
/// </summary>
internal sealed class ModelLoading(
    ModelCatalog catalog, IEnumerable<IModelPlace> places, LoadedModelStore store, BackgroundLoads loads, ModelHolderClient holder, SelfAddress self, MemoryRecords records,
    UnitOfWork work, TimeProvider time)
{
    static readonly TimeSpan QuickEnd = TimeSpan.FromSeconds(1);

    public async Task<IResult> LoadAsync(string slug, bool test, CancellationToken ct)
    {
        if (catalog.Find(slug) is not { } model) return Problems.Of(ErrorCodes.ModelNotFound);
        if (places.FirstOrDefault(one => one.Takes(model, test)) is not { } place)
            return Problems.Of(ErrorCodes.ModelLoadFailed, "There is no place that could hold this model.");
        ModelRoom room;
        await records.WaitAsync(ct);
        try
        {
            room = await place.RoomAsync(ct);
        }
        catch (Exception failure) when (failure is HttpRequestException || (failure is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return Problems.Of(ErrorCodes.ModelLoadFailed, "The GPU does not answer.");
        }

        var needed = ModelNeeds.Of(model);
        var (row, begins, taken) = await ReserveAsync(model, place, room, needed, ct);
        if (row is null)
            return Problems.Of(ErrorCodes.InsufficientGpuMemory, $"The model needs {Gigabytes(needed)} GB of memory; {Gigabytes(Math.Max(0, room.Bytes - taken))} GB are free.");
        if (begins && await EndSoonAsync(loads.Start(model, place, row.LoadId), ct) is LoadEnd.Failed failed) return Problems.Of(failed.Code, failed.Message);
        var isLoaded = !begins && row.LoadedAt is not null;
        return Results.Json(new ModelLoad(slug, isLoaded ? "loaded" : "loading", isLoaded ? 0 : ModelNeeds.SecondsOf(model), row.StartedAt));
    }

    /// <param name="isPassedOn">Asked by another process that believes it is here.</param>
    public async Task<IResult> UnloadAsync(string slug, bool isPassedOn, CancellationToken ct)
    {
        if (catalog.Find(slug) is null) return Problems.Of(ErrorCodes.ModelNotFound);
        if (await store.FindAsync(slug, ct) is not { } row) return Unloaded(slug, 0);
        var place = places.Single(one => one.Name == row.Place);
        if (row.Node != self.Url && !isPassedOn && (place.IsOwn || row.LoadedAt is null))
        {
            if (await holder.UnloadAsync(row.Node, slug, ct) is { } answer) return Results.Json(answer);
            // It does not answer: its memory is gone or will be, and how much that was can no longer be told.
            await store.RemoveAsync(slug, row.LoadId, ct);
            return Unloaded(slug, 0);
        }

        await loads.StopAsync(slug);
        long freed;
        try
        {
            freed = await place.FreeAsync(slug, ct);
        }
        catch (Exception failure) when (failure is HttpRequestException || (failure is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return Problems.Of(ErrorCodes.UpstreamError, "The GPU does not answer.");
        }
        await (place.FreesAll ? store.RemoveAllAsync(place.Name, ct) : store.RemoveAsync(slug, row.LoadId, ct));
        return Unloaded(slug, freed);
    }

    /// <returns>The model's row, and whether it is a new one; no row when it does not fit in beside what is taken.</returns>
    async Task<(LoadedRow? Row, bool Begins, long Taken)> ReserveAsync(CatalogModel model, IModelPlace place, ModelRoom room, long needed, CancellationToken ct)
    {
        await work.BeginAsync(ct);
        await LoadedModelStore.LockAsync(work, ct);
        var present = await LoadedModelStore.FindAsync(work, model.Slug, ct);
        var taken = room.IsShared ? await LoadedModelStore.NeededAsync(work, place.Name, ct) : 0;
        if (present is null && needed > room.Bytes - taken) return (null, false, taken);
        var row = present ?? await LoadedModelStore.InsertAsync(work, model.Slug, place.Name, self.Url, Guid.CreateVersion7(), needed, ct);
        await work.CommitAsync(ct);
        return (row, present is null, taken);
    }

    async Task<LoadEnd?> EndSoonAsync(Task<LoadEnd> load, CancellationToken ct)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var first = await Task.WhenAny(load, Task.Delay(QuickEnd, time, ended.Token));
        await ended.CancelAsync();
        return first == load ? await load : null;
    }

    IResult Unloaded(string slug, long freed) => Results.Json(new ModelUnload(slug, freed, time.GetUtcNow()));

    static string Gigabytes(long bytes) => (bytes / (double)ModelNeeds.Gigabyte).ToString("0.##", System.Globalization.CultureInfo.InvariantCulture);
}
