using System.Text.Json.Serialization;

namespace VideoGen.Storage.Contracts;

/// <summary>A file in our storage, with facts read from the file itself.</summary>
/// <param name="Kind"><c>video</c>, <c>image</c> or <c>audio</c>.</param>
/// <param name="Sha256">Lower-case hexadecimal.</param>
/// <param name="Fps">Frames a second; null for images and audio.</param>
/// <param name="HasThumbnail">True when <c>/v1/assets/{id}/thumbnail</c> exists.</param>
/// <param name="HasPreview">True when <c>/v1/assets/{id}/preview</c> (an animated GIF) exists.</param>
/// <param name="Codec">Of the pictures, or of the sound where there are none, for example <c>h264</c>; null when it was not kept.</param>
/// <param name="BitrateKbps">Of the whole file, thousand bits a second; null for what does not play.</param>
public sealed record StoredAsset(
    Guid AssetId, string Kind, string MediaType, string FileName, long SizeBytes, string Sha256, int? Width, int? Height, double? DurationSeconds,
    double? Fps, bool? HasAudio, bool HasThumbnail, bool HasPreview, string? Codec = null, int? BitrateKbps = null);

/// <summary>Body of <c>POST /internal/assets/resolve</c>.</summary>
/// <param name="ValidSeconds">How long the links in the answer must work.</param>
/// <param name="Test">Only assets of the test world, or only those of the live one; null for both.</param>
public sealed record ResolveAssets(Guid AccountId, IReadOnlyList<Guid> AssetIds, int ValidSeconds, bool? Test = null);

/// <summary>Answer: those of the assets that exist there, in any order; a missing or foreign id is simply absent.</summary>
public sealed record ResolvedAssets(IReadOnlyList<ResolvedAsset> Assets);

/// <param name="Url">A signed link to the bytes, reachable from the services.</param>
/// <param name="HasAudio">Whether anything sounds; null where it was not measured.</param>
public sealed record ResolvedAsset(Guid AssetId, string Kind, string MediaType, long SizeBytes, int? Width, int? Height, double? DurationSeconds, Uri Url,
    bool? HasAudio = null);

/// <summary>Answer of <c>POST /v1/uploads</c> and <c>GET /v1/assets/{id}</c>.</summary>
/// <param name="Origin"><c>upload</c> or <c>job</c>.</param>
/// <param name="JobId">The job that made it; null for an upload.</param>
/// <param name="Url">Signed link to the content, absolute.</param>
/// <param name="Codec">Of the pictures, or of the sound where there are none, for example <c>h264</c>; null when it was not kept.</param>
/// <param name="BitrateKbps">Of the whole file, thousand bits a second; null for what does not play.</param>
/// <param name="ExpiresAt">When it is deleted by itself, because the plan keeps files for a time only; absent for never.</param>
/// <param name="Test">
/// True: uploaded with a test key, or made by a test job; false: by a live one. Absent for a file that was kept before the two
/// were told apart: it is there for both.
/// </param>
public sealed record AssetView(
    Guid Id, string Kind, string Origin, Guid? JobId, string MediaType, string FileName, long SizeBytes, string Sha256, int? Width, int? Height,
    double? DurationSeconds, double? Fps, bool? HasAudio, string Url, string? ThumbnailUrl, string? PreviewUrl, DateTimeOffset CreatedAt,
    string? Codec = null, int? BitrateKbps = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? ExpiresAt = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] bool? Test = null);

/// <summary>Answer of <c>DELETE /v1/assets?job_id=</c>.</summary>
/// <param name="Count">Assets deleted; 0 when there were none.</param>
/// <param name="FreedBytes">What they took in the object store, thumbnails and previews included.</param>
public sealed record RemovedAssets(int Count, long FreedBytes);

/// <summary>
/// Body of <c>POST /internal/assets/import</c>: fetch what a customer's URL serves and keep it as an upload of the account. Answered by a
/// <see cref="ResolvedAsset"/>, or by 400 <c>invalid_media</c> with a sentence for the customer.
/// </summary>
/// <param name="Kinds">What it may turn out to be: some of <c>video</c>, <c>image</c>, <c>audio</c>; empty for any.</param>
/// <param name="ValidSeconds">How long the link in the answer must work; 24 hours when null.</param>
/// <param name="Test">The world that it belongs to; null from a release that knew of none.</param>
public sealed record ImportAsset(Guid AccountId, string Url, IReadOnlyList<string> Kinds, int? ValidSeconds = null, bool? Test = null);
