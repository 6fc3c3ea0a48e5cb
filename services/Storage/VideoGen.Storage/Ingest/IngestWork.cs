using Microsoft.Extensions.Options;
using VideoGen.Durability;
using VideoGen.HttpApi.Errors;
using VideoGen.ServiceDefaults.Callers;
using VideoGen.ServiceDefaults.Telemetry;
using VideoGen.Storage.Assets;
using VideoGen.Storage.Media;
using VideoGen.Storage.Objects;

namespace VideoGen.Storage.Ingest;

/// <summary>
/// Fetches the outputs of one job into the object store.
/// <para>
/// Guarantee: an ingest that was asked for ends once, in <c>OutputsIngested</c> with every output stored, or in <c>IngestFailed</c>
/// with none; nothing is ever rendered again because of it.
/// </para>
/// <para>
/// Protocol: 1. Download every output to work files, prove each, make its pictures. 2. Put all objects. 3. In one transaction:
/// lock the ingest, insert the assets, note the answer, publish it, complete the due work.
/// </para>
/// <para>
/// What may go wrong: a crash before 3 commits leaves work files and objects that no row names, which retention removes after
/// the grace time; the lease runs out within 30 seconds and the whole is done again, with other keys. A transient fault waits
/// longer each time, until <see cref="StorageOptions.IngestGiveUp"/>. When the job was discarded, or a new round with fresh
/// links came, step 3 finds that and stores nothing.
/// </para>
/// </summary>
internal sealed partial class IngestWork(
    IngestStore ingests, OutputFetcher fetcher, Intake intake, WorkFolder folder, IngestSettlement settlement, IOptions<StorageOptions> options,
    ILogger<IngestWork> log) : IDueWorkHandler
{
    public const string Kind = "ingest";

    static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    public async Task<DueWorkResult> RunAsync(DueWorkItem item, CancellationToken ct)
    {
        if (await ingests.FindAsync(item.Id, ct) is not { State: "pending" } ingest) return DueWorkResult.Done;
        JobTrace.Mark(ingest.JobId);
        if (ingest.Sources.Count == 0) return await settlement.FailAsync(item, ingest, ErrorCodes.OutputUnusable, "The provider delivered no file.", linkExpired: false, ct);
        var files = new List<PreparedFile>();
        try
        {
            var fault = await PrepareAsync(ingest, files, ct);
            return fault switch
            {
                null => await StoreAsync(item, ingest, files, ct),
                FetchResult.Expired expired => await settlement.FailAsync(item, ingest, ErrorCodes.LinkExpired, expired.Message, linkExpired: true, ct),
                FetchResult.Unusable unusable => await settlement.FailAsync(item, ingest, ErrorCodes.OutputUnusable, unusable.Message, linkExpired: false, ct),
                FetchResult.Transient transient => await RetryAsync(item, ingest, transient.Message, ct),
                _ => throw new InvalidOperationException($"No such outcome: {fault}"),
            };
        }
        catch (IOException broken) when (!ct.IsCancellationRequested)
        {
            Log.Broken(log, ingest.JobId, broken);
            return await RetryAsync(item, ingest, DiskFlush.IsFull(broken) ? "The storage has no room at present." : "The storage does not work at present.", ct);
        }
        finally
        {
            foreach (var file in files)
            {
                file.Dispose();
                File.Delete(file.Received.Path);
            }
        }
    }

    /// <summary>Fills the list in the order of the sources; null when all are good, else the first fault.</summary>
    async Task<FetchResult?> PrepareAsync(IngestRow ingest, List<PreparedFile> files, CancellationToken ct)
    {
        foreach (var source in ingest.Sources)
        {
            var target = folder.New();
            var isKept = false;
            try
            {
                var fetched = await fetcher.FetchAsync(source, target, ct);
                if (fetched is not FetchResult.Ok { File: var received }) return fetched;
                CrashPoint.Hit("ingest-fetched");
                var prepared = await intake.PrepareAsync(received, [source.Kind], ct);
                if (prepared is not IntakeResult.Ready ready) return new FetchResult.Unusable(((IntakeResult.Refused)prepared).Reason);
                files.Add(ready.File);
                isKept = true;
            }
            finally
            {
                if (!isKept) target.Dispose();
            }
        }
        return null;
    }

    async Task<DueWorkResult> StoreAsync(DueWorkItem item, IngestRow ingest, List<PreparedFile> files, CancellationToken ct)
    {
        var rows = new List<AssetRow>();
        foreach (var file in files)
        {
            var kept = await intake.KeepAsync(file, ct);
            var world = new World(ingest.AccountId, ingest.Test);
            rows.Add(AssetRow.OfJob(world, ingest.JobId, rows.Count, file.Facts, file.Received.Sha256, kept));
        }
        CrashPoint.Hit("ingest-kept");
        return await settlement.StoreAsync(item, ingest, rows, ct);
    }

    async Task<DueWorkResult> RetryAsync(DueWorkItem item, IngestRow ingest, string reason, CancellationToken ct)
    {
        if (ingest.Age >= options.Value.IngestGiveUp)
            return await settlement.FailAsync(item, ingest, ErrorCodes.StorageFailed, reason, linkExpired: false, ct);
        var wait = TimeSpan.FromSeconds(Math.Min(Math.Pow(2, Math.Min(item.Attempts - 1, 10)), LongestWait.TotalSeconds)) * (0.8 + 0.4 * Random.Shared.NextDouble());
        Log.Again(log, ingest.JobId, reason, wait.TotalSeconds);
        return DueWorkResult.Again(wait);
    }

    static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "The outputs of job {JobId} can't be stored yet: {Reason} Again in {Seconds:0.0} s")]
        public static partial void Again(ILogger log, Guid jobId, string reason, double seconds);

        [LoggerMessage(LogLevel.Error, "The outputs of job {JobId} can't be written")]
        public static partial void Broken(ILogger log, Guid jobId, Exception failure);
    }
}
