using System.Text.Json.Serialization;
using VideoGen.Jobs.Contracts;

namespace VideoGen.Vsl;

/// <summary>
/// What a completed job made, as VSL shows it: the first file; all of them in <see cref="Outputs"/> when there are several; a text model has
/// <see cref="Text"/>. The answer of <c>GET /status/{jobId}</c> and the webhook of the job's end hold the same. What makes no sense for the kind
/// of output is left out.
/// </summary>
public sealed record VslResult
{
    [JsonPropertyName("originalUrl"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? OriginalUrl { get; init; }

    [JsonPropertyName("thumbnailUrl"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ThumbnailUrl { get; init; }

    /// <summary>The folder as the document names it; only the first file has it.</summary>
    [JsonPropertyName("s3Path"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? S3Path { get; init; }

    /// <summary>Bytes.</summary>
    [JsonPropertyName("fileSize"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? FileSize { get; init; }

    /// <summary>Seconds.</summary>
    [JsonPropertyName("duration"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Duration { get; init; }

    [JsonPropertyName("width"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Width { get; init; }

    [JsonPropertyName("height"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Height { get; init; }

    [JsonPropertyName("fps"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Fps { get; init; }

    [JsonPropertyName("text"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Text { get; init; }

    [JsonPropertyName("outputs"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<VslResult>? Outputs { get; init; }

    /// <param name="user">Whose job it is, as <see cref="VslUser"/> tells it.</param>
    public static VslResult Of(JobView job, string user)
    {
        var assets = job.Output?.Assets ?? [];
        var main = assets is [var first, ..] ? FileOf(first) with { S3Path = PathOf(job, first.Kind, user) } : new VslResult();
        return main with { Text = job.Output?.Text, Outputs = assets.Count > 1 ? [.. assets.Select(FileOf)] : null };
    }

    static VslResult FileOf(JobAsset asset) => new()
    {
        OriginalUrl = asset.Url,
        ThumbnailUrl = asset.ThumbnailUrl,
        FileSize = asset.SizeBytes,
        Duration = asset.DurationSeconds,
        Width = asset.Width,
        Height = asset.Height,
        Fps = asset.Fps,
    };

    /// <summary>A user's name can't leave its place in the path.</summary>
    static string PathOf(JobView job, string kind, string user)
    {
        var day = job.CreatedAt.UtcDateTime.ToString("yyyy/MM/dd", System.Globalization.CultureInfo.InvariantCulture);
        var folder = user.Trim('.').Length == 0 ? user.Replace(".", "%2E", StringComparison.Ordinal) : Uri.EscapeDataString(user);
        return $"{kind}s/{folder}/{day}/{job.Id}";
    }
}
