using System.Text.Json.Nodes;
using VideoGen.HttpApi.Errors;
using VideoGen.Jobs.Contracts;

namespace VideoGen.Gateway.Dialects.Vydra;

/// <summary>A job in Vydra's shape. Members that do not apply yet, or not to this kind of end, are left out.</summary>
internal static class VydraJob
{
    const string Prefix = "job_";

    public static string IdOf(Guid id) => Prefix + id;

    public static Guid? ReadId(string text) => ShownId.Read(text, Prefix);

    /// <summary>Opaque, and never the vendor's: at submit nobody has been asked yet, and a job may go from one vendor to the next.</summary>
    public static string ExternalIdOf(Guid id) => $"ext_{id:N}";

    /// <summary>A job that is being cancelled still runs: it may yet complete.</summary>
    public static string StatusOf(JobView job) => job.Status switch
    {
        JobStatus.Queued => "pending",
        JobStatus.Completed => "completed",
        JobStatus.Failed => "failed",
        JobStatus.Cancelled => "cancelled",
        _ => "running",
    };

    public static long ChargeOf(JobView job) => job.Status == JobStatus.Completed ? job.Credits.Captured : job.Credits.Held;

    /// <summary>What has been given back: all of it, or nothing yet while the outcome is unknown.</summary>
    public static long RefundOf(JobView job) => job.Status == JobStatus.Cancelled || job.Error is { CreditsReturned: true } ? job.Credits.Held : 0;

    /// <param name="workflow">The family of the job's model.</param>
    public static JsonObject ShapeOf(JobView job, string workflow)
    {
        var shape = new JsonObject { ["id"] = IdOf(job.Id), ["status"] = StatusOf(job), ["progress"] = job.Progress.Percent, ["workflow"] = workflow };
        if (job.Status == JobStatus.Completed) shape["output"] = OutputOf(job.Output);
        if (job.Status == JobStatus.Failed) shape["error"] = ErrorOf(job.Error);
        shape["creditsCharged"] = ChargeOf(job);
        if (job.Status is JobStatus.Failed or JobStatus.Cancelled or JobStatus.Cancelling)
        {
            var refunded = RefundOf(job);
            shape["creditsRefunded"] = refunded;
            shape["refundStatus"] = refunded == job.Credits.Held && job.Status != JobStatus.Cancelling ? "refunded" : "pending";
        }
        shape["createdAt"] = DialectJson.Time(job.CreatedAt);
        if (job.StartedAt is { } started) shape["startedAt"] = DialectJson.Time(started);
        if (job.Status == JobStatus.Completed && job.EndedAt is { } ended) shape["completedAt"] = DialectJson.Time(ended);
        return shape;
    }

    /// <summary>The first file of each kind, and the text of a text model.</summary>
    static JsonObject OutputOf(JobOutput? output)
    {
        var shape = new JsonObject();
        foreach (var kind in (ReadOnlySpan<string>)["video", "image", "audio"])
            if (output?.Assets.FirstOrDefault(asset => asset.Kind == kind) is { } asset) shape[kind + "Url"] = asset.Url;
        if (output?.Text is { } text) shape["text"] = text;
        if (output?.Assets.FirstOrDefault(asset => asset.DurationSeconds is not null) is { DurationSeconds: { } seconds }) shape["duration"] = seconds;
        if (output?.Assets.FirstOrDefault(asset => asset.Kind == "video") is { Width: { } width, Height: { } height }) shape["resolution"] = $"{Math.Min(width, height)}p";
        return shape;
    }

    static JsonObject ErrorOf(JobError? error)
    {
        var row = VydraErrors.RowOf(error?.Code ?? ErrorCodes.ProviderFailed.Code);
        var text = row.Text(new Refusal(Problems.Describe(row.Native, error?.Message), RetryAfter: null));
        return new JsonObject { ["message"] = text, ["code"] = row.Code ?? row.Native.Code.ToUpperInvariant() };
    }
}
