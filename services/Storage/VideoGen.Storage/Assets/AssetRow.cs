using VideoGen.Ffmpeg.Probing;
using VideoGen.ServiceDefaults.Callers;
using VideoGen.Storage.Contracts;
using VideoGen.Storage.Objects;

namespace VideoGen.Storage.Assets;

/// <summary>An object that belongs to an asset.</summary>
internal sealed record KeptObject(ObjectKey Key, long SizeBytes);

/// <summary>The objects of one asset.</summary>
internal sealed record AssetObjects(KeptObject Content, KeptObject? Thumbnail, KeptObject? Preview)
{
    public IEnumerable<ObjectKey> Keys => All.Select(kept => kept.Key);

    public long SizeBytes => All.Sum(kept => kept.SizeBytes);

    IEnumerable<KeptObject> All => new[] { Content, Thumbnail, Preview }.OfType<KeptObject>();
}

/// <summary>One row of table <c>asset</c>.</summary>
/// <param name="Origin"><see cref="Upload"/> or <see cref="Job"/>.</param>
/// <param name="ExpiresAt">When it is deleted because of its account's plan; null for never.</param>
/// <param name="Test">Whether it belongs to the test world or the live one; null when nobody knows, and then to both.</param>
/// <param name="OutputIndex">Which output of the job it is, from 0; null for an upload.</param>
internal sealed record AssetRow(
    Guid Id, Guid AccountId, string Kind, string Origin, Guid? JobId, int? OutputIndex, string MediaType, string FileName, string Sha256, int? Width, int? Height,
    double? DurationSeconds, double? Fps, bool? HasAudio, string? Codec, AssetObjects Objects, DateTimeOffset CreatedAt,
    DateTimeOffset? ExpiresAt, bool? Test = null)
{
    public const string Upload = "upload";
    public const string Job = "job";

    public long SizeBytes => Objects.Content.SizeBytes;

    /// <summary>Of the whole file, thousand bits a second; null for what does not play.</summary>
    public int? BitrateKbps => DurationSeconds is { } seconds and > 0 ? (int)Math.Round(Math.Min(SizeBytes * 8 / seconds / 1000, int.MaxValue)) : null;

    public static AssetRow OfUpload(World world, string fileName, MediaFacts facts, string sha256, AssetObjects objects) =>
        Of(world, Upload, jobId: null, index: null, fileName, facts, sha256, objects);

    public static AssetRow OfJob(World world, Guid jobId, int index, MediaFacts facts, string sha256, AssetObjects objects) =>
        Of(world, Job, jobId, index, $"{facts.Kind}-{index + 1}{facts.Extension}", facts, sha256, objects);

    public StoredAsset ToStored() => new(
        Id, Kind, MediaType, FileName, SizeBytes, Sha256, Width, Height, DurationSeconds, Fps, HasAudio, Objects.Thumbnail is not null, Objects.Preview is not null, Codec, BitrateKbps);

    static AssetRow Of(
        World world, string origin, Guid? jobId, int? index, string fileName, MediaFacts facts, string sha256, AssetObjects objects) => new(
        Guid.CreateVersion7(), world.AccountId, facts.Kind, origin, jobId, index, facts.MediaType, fileName, sha256,
        facts.Width, facts.Height, facts.DurationSeconds, facts.Fps, facts.Kind == "image" ? null : facts.HasAudio,
        facts.VideoCodec ?? facts.AudioCodec, objects, CreatedAt: default, ExpiresAt: null, world.Test);
}
