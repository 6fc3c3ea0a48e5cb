using VideoGen.Durability;
using VideoGen.HttpApi.Errors;
using VideoGen.ServiceDefaults.Callers;
using VideoGen.Storage.Contracts;
using VideoGen.Storage.Objects;

namespace VideoGen.Storage.Assets;

/// <summary>
/// Removing assets. The row goes in one transaction with the work of removing its objects, so from the commit on nobody finds
/// the asset, and no crash keeps its bytes. Those who are reading it read to the end.
/// </summary>
internal sealed class RemoveAssets(DueWork dueWork)
{
    public const string RemoveObjects = "objects.remove";

    /// <summary><c>DELETE /v1/assets/{id}</c></summary>
    public async Task<IResult> AnswerAsync(Caller caller, Guid id, UnitOfWork work, CancellationToken ct)
    {
        await work.BeginAsync(ct);
        if (await AssetStore.DeleteAsync(work, caller.Sees, id, ct) is not { } removed) return Problems.Of(ErrorCodes.NotFound);
        await ScheduleAsync(work, [removed], ct);
        await work.CommitAsync(ct);
        return TypedResults.NoContent();
    }

    /// <summary><c>DELETE /v1/assets?job_id=</c>: what a job made, in one step, so that of several who ask at once one is told the bytes.</summary>
    public async Task<IResult> AnswerOfJobAsync(Caller caller, Guid id, UnitOfWork work, CancellationToken ct)
    {
        await work.BeginAsync(ct);
        var removed = await AssetStore.DeleteOfJobAsync(work, caller.Sees, id, ct);
        await ScheduleAsync(work, removed, ct);
        await work.CommitAsync(ct);
        return TypedResults.Ok(new RemovedAssets(removed.Count, removed.Sum(asset => asset.Objects.SizeBytes)));
    }

    /// <summary>In the transaction that deleted the rows: their objects are to go.</summary>
    public async Task ScheduleAsync(UnitOfWork work, IEnumerable<AssetRow> removed, CancellationToken ct)
    {
        foreach (var asset in removed)
            await dueWork.ScheduleAsync(work, RemoveObjects, asset.Id, TimeSpan.Zero, new Removal([.. asset.Objects.Keys.Select(key => key.ToString())]), ct);
    }

    internal sealed record Removal(IReadOnlyList<string> Keys);
}

/// <summary>Removes the objects of one deleted asset; those that are gone already are no fault.</summary>
internal sealed class RemoveObjectsWork(IObjectStore objects) : IDueWorkHandler
{
    public async Task<DueWorkResult> RunAsync(DueWorkItem item, CancellationToken ct)
    {
        foreach (var key in item.PayloadAs<RemoveAssets.Removal>()?.Keys ?? [])
            await objects.DeleteAsync(ObjectKey.Parse(key), ct);
        return DueWorkResult.Done;
    }
}
