using System.Globalization;
using System.Text.Json;
using VideoGen.HttpApi;
using VideoGen.Jobs.Contracts;
using VideoGen.Vsl;

namespace VideoGen.Jobs.Webhooks;

/// <summary>
/// The end of a job as VSL tells it: <c>{"event","jobId","userId","status","result","timestamp"}</c>, the result as in its
/// <c>GET /status/{jobId}</c>. VSL knows two events: a cancelled job is <c>job.failed</c> with status <c>cancelled</c>, so that whoever waits
/// for the end gets one.
/// </summary>
internal static class VslEvent
{
    const string CompletedEvent = "job.completed";
    const string FailedEvent = "job.failed";

    static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, Encoder = ApiJson.Options.Encoder };

    /// <param name="at">When the job ended.</param>
    /// <param name="job">An ended job, its links valid for as long as receivers may need them.</param>
    /// <param name="accountId">Whose job it is.</param>
    public static byte[] Write(DateTimeOffset at, JobView job, Guid accountId)
    {
        var userId = VslUser.Of(job, accountId);
        var result = job.Output is null ? null : VslResult.Of(job, userId);
        var name = job.Status == JobStatus.Completed ? CompletedEvent : FailedEvent;
        return JsonSerializer.SerializeToUtf8Bytes(new Envelope(name, job.Id, userId, job.Status, result, Time(at)), Options);
    }

    /// <summary>A test of an endpoint: an event of its own name, so that no receiver takes it for the end of a job.</summary>
    public static byte[] WriteTest(DateTimeOffset at, Guid endpointId, string url, string message) =>
        JsonSerializer.SerializeToUtf8Bytes(new TestEnvelope(EndpointTest.EventType, endpointId, url, message, Time(at)), Options);

    static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    sealed record Envelope(string Event, Guid JobId, string UserId, string Status, VslResult? Result, string Timestamp);

    sealed record TestEnvelope(string Event, Guid EndpointId, string Url, string Message, string Timestamp);
}
