using System.Text.Json;
using VideoGen.Jobs.Contracts;

namespace VideoGen.Web.Tests;

/// <summary>Jobs as Jobs tells of them.</summary>
internal static class TestJobs
{
    public static readonly DateTimeOffset Began = new(2026, 1, 15, 10, 30, 0, TimeSpan.Zero);

    public static MonitoredJob New(
        string status = JobStatus.Queued, string prompt = "A cat", string kind = "video", long version = 1, int percent = 0, Guid? id = null, JobOutput? output = null,
        JobError? error = null, params JobChange[] changes)
    {
        var key = id ?? Guid.CreateVersion7();
        var ended = JobStatus.Ends.Contains(status, StringComparer.Ordinal);
        var job = new JobView(
            key, status, "veo3.1", kind, Test: false, JsonSerializer.SerializeToElement(new { prompt, duration_seconds = 8 }), new JobProgress(percent, "frame_generation", null),
            QueuePosition: null, output ?? (status == JobStatus.Completed ? Video() : null), error ?? (status == JobStatus.Failed ? new JobError("content_rejected", "The provider refused.", false, true) : null),
            new JobCredits(50, 0, 1), status == JobStatus.Queued ? null : "simulator", 0,
            new Dictionary<string, string> { ["user_id"] = "secret-customer", ["webhook"] = "https://hooks.example/secret" }, Began, status == JobStatus.Queued ? null : Began.AddSeconds(2),
            ended ? Began.AddSeconds(65) : null, version, new JobLinks("https://api.example/self", "https://api.example/events", "https://api.example/cancel"));
        return new MonitoredJob(job, changes);
    }

    /// <summary>A model as <c>GET /v1/models/{slug}</c> shows it.</summary>
    public static object Model(string slug) => new
    {
        slug, name = "Toy", kind = "video", family = "toy", vendor = "toy", description = "", active = true, expected_seconds = 10,
        price = new { version = 1, credits = 5, unit = "video" }, health = new { status = "healthy" },
        input_schema = new { properties = new { prompt = new { type = "string", maxLength = 4000 } }, required = (string[])["prompt"] },
    };

    public static JobOutput Video(string kind = "video") => new([new JobAsset(Guid.CreateVersion7(), kind, kind + "/x", 2_500_000, "aa", 1280, 720, 8, 24, false,
        "http://gateway.example/v1/assets/1/content?signature=s", "http://gateway.example/v1/assets/1/thumbnail?signature=s", null)], null);

    public static MonitoredJob After(this MonitoredJob job, string status, int percent) => New(
        status, id: job.Job.Id, version: job.Job.Version + 1, percent: percent);
}
