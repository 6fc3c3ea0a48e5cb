using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using VideoGen.HttpApi;
using VideoGen.Jobs.Contracts;

namespace VideoGen.Jobs.Webhooks;

/// <summary>
/// The end of a job as VSL tells it: <c>{"event","jobId","userId","status","result","timestamp"}</c>, the result as in its
/// <c>GET /status/{jobId}</c>. VSL knows two events: a cancelled job is <c>job.failed</c> with status <c>cancelled</c>, so that whoever waits
/// for the end gets one. A job that was made without an end user belongs to the account, and shows its id.
/// </summary>
internal static class VslEvent
{
    const string CompletedEvent = "job.completed";
    const string FailedEvent = "job.failed";
    const string UserIdKey = "user_id";

    static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, Encoder = ApiJson.Options.Encoder };

    /// <param name="at">When the job ended.</param>
    /// <param name="job">An ended job, its links valid for as long as receivers may need them.</param>
    /// <param name="accountId">Whose job it is.</param>
    public static byte[] Write(DateTimeOffset at, JobView job, Guid accountId)
    {
        var userId = job.Metadata.GetValueOrDefault(UserIdKey) is { Length: > 0 } given ? given : accountId.ToString();
        var name = job.Status == JobStatus.Completed ? CompletedEvent : FailedEvent;
        return JsonSerializer.SerializeToUtf8Bytes(new Envelope(name, job.Id, userId, job.Status, ResultOf(job, userId), Time(at)), Options);
    }

    /// <summary>A test of an endpoint: an event of its own name, so that no receiver takes it for the end of a job.</summary>
    public static byte[] WriteTest(DateTimeOffset at, Guid endpointId, string url, string message) =>
        JsonSerializer.SerializeToUtf8Bytes(new TestEnvelope(EndpointTest.EventType, endpointId, url, message, Time(at)), Options);

    static Result? ResultOf(JobView job, string userId)
    {
        if (job.Output is not { } output) return null;
        var main = output.Assets is [var first, ..] ? FileOf(first, PathOf(job, first.Kind, userId)) : new Result();
        return main with { Text = output.Text, Outputs = output.Assets.Count > 1 ? [.. output.Assets.Select(asset => FileOf(asset, path: null))] : null };
    }

    static Result FileOf(JobAsset asset, string? path) =>
        new(asset.Url, asset.ThumbnailUrl, path, asset.SizeBytes, asset.DurationSeconds, asset.Width, asset.Height, asset.Fps);

    /// <summary>The folder as the document names it; a user's name can't leave its place in it.</summary>
    static string PathOf(JobView job, string kind, string userId)
    {
        var day = job.CreatedAt.UtcDateTime.ToString("yyyy/MM/dd", CultureInfo.InvariantCulture);
        var folder = userId.Trim('.').Length == 0 ? userId.Replace(".", "%2E", StringComparison.Ordinal) : Uri.EscapeDataString(userId);
        return $"{kind}s/{folder}/{day}/{job.Id}";
    }

    static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    sealed record Envelope(string Event, Guid JobId, string UserId, string Status, Result? Result, string Timestamp);

    sealed record TestEnvelope(string Event, Guid EndpointId, string Url, string Message, string Timestamp);

    /// <summary>What makes no sense for the kind of output is absent; <paramref name="Outputs"/> are there when there are several.</summary>
    sealed record Result(
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? OriginalUrl = null,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ThumbnailUrl = null,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? S3Path = null,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? FileSize = null,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Duration = null,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Width = null,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Height = null,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Fps = null,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Text = null,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<Result>? Outputs = null);
}
