using MassTransit;
using VideoGen.Durability;
using VideoGen.HttpApi.Errors;
using VideoGen.Storage.Assets;
using VideoGen.Storage.Contracts.Events;

namespace VideoGen.Storage.Ingest;

/// <summary>Ends an ingest: rows, answer, event and the completion of the due work in one transaction, or nothing of it.</summary>
internal sealed class IngestSettlement(UnitOfWork work, RemoveAssets remove, IPublishEndpoint bus)
{
    public async Task<DueWorkResult> StoreAsync(DueWorkItem item, IngestRow ingest, IReadOnlyList<AssetRow> rows, CancellationToken ct)
    {
        await work.BeginAsync(ct);
        if (!await IsWantedAsync(ingest, ct))
        {
            // Nobody wants them any more; their objects go by the same way as those of deleted assets.
            await remove.ScheduleAsync(work, rows, ct);
            await work.CommitAsync(ct);
            return DueWorkResult.Done;
        }
        foreach (var row in rows) await AssetStore.InsertAsync(work, row, ingest.RetentionDays, ct);
        var answer = new OutputsIngested(ingest.JobId, ingest.AttemptId, [.. rows.Select(row => row.ToStored())]);
        await IngestStore.EndAsync(work, ingest.JobId, "done", answer, ct);
        await bus.Publish(answer, ct);
        await item.CompleteAsync(work, ct);
        CrashPoint.Hit("ingest-settling");
        await work.CommitAsync(ct);
        CrashPoint.Hit("ingest-settled");
        return DueWorkResult.Handled;
    }

    public async Task<DueWorkResult> FailAsync(DueWorkItem item, IngestRow ingest, ErrorCode code, string message, bool linkExpired, CancellationToken ct)
    {
        await work.BeginAsync(ct);
        if (!await IsWantedAsync(ingest, ct))
        {
            await work.RollbackAsync();
            return DueWorkResult.Done;
        }
        var answer = new IngestFailed(ingest.JobId, ingest.AttemptId, ingest.Round, code.Code, message, linkExpired);
        await IngestStore.EndAsync(work, ingest.JobId, "failed", answer, ct);
        await bus.Publish(answer, ct);
        await item.CompleteAsync(work, ct);
        await work.CommitAsync(ct);
        return DueWorkResult.Handled;
    }

    /// <summary>Locks the ingest and tells whether it still waits for this round.</summary>
    async Task<bool> IsWantedAsync(IngestRow ingest, CancellationToken ct) =>
        await IngestStore.LockAsync(work, ingest.JobId, ct) is { State: "pending" } now && now.Round == ingest.Round;
}
