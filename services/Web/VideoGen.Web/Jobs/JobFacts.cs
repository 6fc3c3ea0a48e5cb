using System.Text.Json;
using VideoGen.HttpApi;
using VideoGen.Jobs.Contracts;
using VideoGen.Web.Monitor;
using VideoGen.Web.Studio;

namespace VideoGen.Web.Jobs;

/// <summary>What a job's own members tell, arranged for people.</summary>
internal static class JobFacts
{
    static readonly JsonSerializerOptions Readable = new(ApiJson.Options) { WriteIndented = true };

    public static string RawOf(JobView job) => JsonSerializer.Serialize(job, Readable);

    /// <summary>The input, field by field; empty ones are left out.</summary>
    public static IEnumerable<(string Name, string Value)> InputOf(JobView job) =>
        job.Input.ValueKind != JsonValueKind.Object ? []
        : job.Input.EnumerateObject().Select(one => (one.Name, FormInput.TextOf(one.Value))).Where(one => one.Item2.Length > 0);

    /// <summary>Where the time went, from submit to end or to now; each begins where the one before ended.</summary>
    public static IReadOnlyList<Span> SpansOf(JobView job, DateTimeOffset now)
    {
        var end = job.EndedAt ?? now;
        (string Name, string Tone, DateTimeOffset? At)[] marks =
        [
            ("Waiting", "wait", job.CreatedAt), ("Starting", "start", job.SlotAt), ("Making", "make", job.StartedAt),
                ("Storing", "store", job.StoringAt),
        ];
        var reached = marks.Where(mark => mark.At is not null).ToList();
        var total = Math.Max(0.001, (end - job.CreatedAt).TotalSeconds);
        return [.. reached.Select((mark, index) =>
        {
            var until = index + 1 < reached.Count ? reached[index + 1].At!.Value : end;
            var seconds = Math.Max(0, (until - mark.At!.Value).TotalSeconds);
            return new Span(mark.Name, mark.Tone, (mark.At.Value - job.CreatedAt).TotalSeconds / total, seconds / total,
                JobCard.Duration(TimeSpan.FromSeconds(seconds)));
        })];
    }
}

/// <param name="From">0 to 1, of the whole.</param>
/// <param name="Share">0 to 1.</param>
public sealed record Span(string Name, string Tone, double From, double Share, string Text);
