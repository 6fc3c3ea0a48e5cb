using VideoGen.Ffmpeg.Probing;
using VideoGen.Storage.Assets;
using VideoGen.Storage.Media.Stills;
using VideoGen.Storage.Objects;

namespace VideoGen.Storage.Media;

/// <summary>The way of every file into the object store: proved, pictured, kept. Where it came from makes no difference.</summary>
internal sealed partial class Intake(
    MediaCheck check, StillCheck stills, WorkFolder work, KnownFiles known, IObjectStore objects, TimeProvider time, ILogger<Intake> log)
{
    static readonly TimeSpan CleanUpLimit = TimeSpan.FromSeconds(5);

    /// <summary>Proves that a file is media of one of the kinds and makes its small pictures; keeps nothing yet.</summary>
    /// <param name="kinds">Some of <c>video</c>, <c>image</c>, <c>audio</c>; empty for any.</param>
    public async Task<IntakeResult> PrepareAsync(ReceivedFile received, IReadOnlyCollection<string> kinds, CancellationToken ct)
    {
        var prepared = await known.FindAsync(received, ct);
        if (prepared is null)
        {
            var result = await ExamineAsync(received, ct);
            if (result is not IntakeResult.Ready { File: var examined }) return result;
            prepared = examined;
        }
        if (kinds.Count == 0 || kinds.Contains(prepared.Facts.Kind)) return new IntakeResult.Ready(prepared);
        var (kind, mediaType) = (prepared.Facts.Kind, prepared.Facts.MediaType);
        prepared.Dispose();
        return new IntakeResult.Refused($"The file is {Article(kind)} ({mediaType}) where {string.Join(" or ", kinds.Select(Article))} is wanted.");
    }

    async Task<IntakeResult> ExamineAsync(ReceivedFile received, CancellationToken ct)
    {
        if (await stills.ProveAsync(received, ct) is { } still)
        {
            await AddAsync(still, ct);
            return new IntakeResult.Ready(still);
        }
        using var renditions = new Renditions(work);
        var proof = await check.ProveAsync(received.Path, renditions.Of, ct);
        ct.ThrowIfCancellationRequested();
        if (proof is not ProbeResult.Ok { Facts: var facts })
            return new IntakeResult.Refused((proof as ProbeResult.Refused)?.Reason ?? "The file can't be read.");
        var (thumbnail, preview) = renditions.Take();
        var file = new PreparedFile(received, facts, thumbnail, preview);
        if (facts.Kind != "audio" && thumbnail is null) Log.NoPictures(log, facts.MediaType, received.Sha256);
        else await AddAsync(file, ct);
        return new IntakeResult.Ready(file);
    }

    async Task AddAsync(PreparedFile file, CancellationToken ct)
    {
        try
        {
            await known.AddAsync(file, ct);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Puts a prepared file and its pictures into the object store. All or none: what was put before a failure is taken out again, by
    /// retention if the store does not do it now. The caller hears of the first fault, whatever becomes of that.
    /// </summary>
    public async Task<AssetObjects> KeepAsync(PreparedFile file, CancellationToken ct)
    {
        var kept = new List<ObjectKey>();
        try
        {
            var thumbnail = await PutAsync(file.Thumbnail?.Path, kept, ct);
            var preview = await PutAsync(file.Preview?.Path, kept, ct);
            var content = await PutAsync(file.Received.Path, kept, ct);
            return new AssetObjects(content!, thumbnail, preview);
        }
        catch
        {
            using var limit = new CancellationTokenSource(CleanUpLimit, time);
            await Task.WhenAll(kept.Select(key => TakeOutAsync(key, limit.Token)));
            throw;
        }
    }

    async Task<KeptObject?> PutAsync(string? path, List<ObjectKey> kept, CancellationToken ct)
    {
        if (path is null) return null;
        var bytes = new FileInfo(path).Length;
        var key = ObjectKey.New();
        kept.Add(key);
        await objects.PutFileAsync(key, path, ct);
        return new KeptObject(key, bytes);
    }

    async Task TakeOutAsync(ObjectKey key, CancellationToken ct)
    {
        try
        {
            await objects.DeleteAsync(key, ct);
        }
        catch (Exception fault)
        {
            Log.NotTakenOut(log, key.ToString(), fault);
        }
    }

    static string Article(string kind) => kind == "video" ? "a video" : $"an {kind}";

    static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "No small pictures could be made of a file that decodes: {MediaType}, SHA-256 {Sha256}")]
        public static partial void NoPictures(ILogger log, string mediaType, string sha256);

        [LoggerMessage(LogLevel.Warning, "The object {Key} of a file that could not be kept is left to retention")]
        public static partial void NotTakenOut(ILogger log, string key, Exception fault);
    }
}

/// <summary>A file that came from outside, as it came.</summary>
internal sealed record ReceivedFile(string Path, string Sha256, long SizeBytes);

/// <summary>A file that was found good, with what was made of it. Disposing removes the pictures that were not kept.</summary>
internal sealed record PreparedFile(ReceivedFile Received, MediaFacts Facts, WorkFile? Thumbnail, WorkFile? Preview) : IDisposable
{
    public void Dispose()
    {
        Thumbnail?.Dispose();
        Preview?.Dispose();
    }
}

internal abstract record IntakeResult
{
    internal sealed record Ready(PreparedFile File) : IntakeResult;

    /// <param name="Reason">A sentence for the customer.</param>
    internal sealed record Refused(string Reason) : IntakeResult;
}
