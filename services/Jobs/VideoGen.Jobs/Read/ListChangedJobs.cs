using VideoGen.HttpApi.Errors;
using VideoGen.Jobs.Contracts;

namespace VideoGen.Jobs.Read;

/// <summary><c>POST /internal/jobs/changed</c>: many jobs at a time, for somebody who may have missed their events.</summary>
internal static class ListChangedJobs
{
    const int MaxJobs = 1000;

    public static async Task<IResult> HandleAsync(KnownJobs known, ReadStore store, JobViews views, TimeProvider time, CancellationToken ct)
    {
        if (known.Jobs.Count > MaxJobs) return Problems.OfField("jobs", $"may have at most {MaxJobs} entries");
        var (changed, gone) = await store.ChangedAsync(known.Jobs, ct);
        var now = time.GetUtcNow();
        return Results.Json(new ChangedJobs([.. changed.Select(row => views.Of(row, now))], gone));
    }
}
