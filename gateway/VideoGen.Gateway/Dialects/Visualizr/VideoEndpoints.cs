using VideoGen.Accounts.Contracts;
using VideoGen.Gateway.Dialects.Native;
using VideoGen.HttpApi.Errors;
using VideoGen.Jobs.Contracts;
using VideoGen.ServiceDefaults.Callers;

namespace VideoGen.Gateway.Dialects.Visualizr;

/// <summary><c>GET /assets/videos</c>, <c>GET</c> and <c>DELETE /assets/videos/{video_id}</c>: the completed jobs that made a video.</summary>
internal sealed class VideoEndpoints(IDialect dialect)
{
    public async Task<IResult> ListAsync(HttpRequest request, NativeApi native, CancellationToken ct)
    {
        var (query, fault) = VideoQuery.Read(request.Query);
        if (query is null) return fault!;
        var catalog = await native.Models.GetAsync(ct);
        if (!catalog.Succeeded) return catalog.Refusal;
        var names = catalog.Value.ListedBy(dialect);
        var slug = names.FirstOrDefault(one => one.Name == query.Model).Model?.Slug ?? query.Model;

        var page = await native.Jobs.ListVideosAsync(query.Offset, query.Limit, slug, query.After, query.Before, ct);
        if (!page.Succeeded) return page.Refusal;
        return DialectJson.Answer(new
        {
            videos = page.Value.Jobs.Select(job => VisualizrVideo.SummaryOf(job, NameOf(job))),
            total_count = page.Value.Total,
            has_more = query.Offset + page.Value.Jobs.Count < page.Value.Total,
        });

        string NameOf(JobView job) => names.FirstOrDefault(one => one.Model.Slug == job.Model).Name ?? job.Model;
    }

    public async Task<IResult> GetAsync(string videoId, NativeApi native, CancellationToken ct)
    {
        var job = await FindAsync(videoId, native, ct);
        if (!job.Succeeded) return job.Refusal;
        var catalog = await native.Models.GetAsync(ct);
        if (!catalog.Succeeded) return catalog.Refusal;
        var name = catalog.Value.ListedBy(dialect).FirstOrDefault(one => one.Model.Slug == job.Value.Model).Name ?? job.Value.Model;
        return DialectJson.Answer(VisualizrVideo.DetailsOf(job.Value, name));
    }

    /// <summary>
    /// First the files, which tells the bytes to one of several who ask at once; then the job, so that nothing lists it any more. Who finds no
    /// files any more is late, and still sees to it that the job goes, in case the first was cut off between the two. A credential that may do one
    /// of the two does neither.
    /// </summary>
    public static async Task<IResult> DeleteAsync(string videoId, Caller caller, NativeApi native, TimeProvider time, CancellationToken ct)
    {
        if (!caller.May(Scope.AssetsWrite) || !caller.May(Scope.JobsWrite))
            return Problems.Of(ErrorCodes.Forbidden, $"Deleting a video takes the scopes {Scope.AssetsWrite} and {Scope.JobsWrite}.");
        var job = await FindAsync(videoId, native, ct);
        if (!job.Succeeded) return job.Refusal;
        var removed = await native.Assets.DeleteOfJobAsync(job.Value.Id, ct);
        if (!removed.Succeeded) return removed.Refusal;
        var forgotten = await native.Jobs.DeleteAsync(job.Value.Id, keepFiles: false, ct);
        if (!forgotten.Succeeded && !forgotten.IsRefusedWith(ErrorCodes.NotFound)) return forgotten.Refusal;
        if (removed.Value.Count == 0) return VisualizrErrors.VideoNotFound();
        return DialectJson.Answer(new
        {
            video_id = VisualizrId.OfVideo(job.Value.Id),
            status = "deleted",
            freed_space_bytes = removed.Value.FreedBytes,
            deleted_at = DialectJson.Time(time.GetUtcNow()),
        });
    }

    static async Task<NativeResult<JobView>> FindAsync(string videoId, NativeApi native, CancellationToken ct)
    {
        if (VisualizrId.ReadVideo(videoId) is not { } id) return VisualizrErrors.VideoNotFound();
        var job = await native.Jobs.GetAsync(id, ct);
        if (job.IsRefusedWith(ErrorCodes.NotFound)) return VisualizrErrors.VideoNotFound();
        return !job.Succeeded || VisualizrVideo.IsVideo(job.Value) ? job : VisualizrErrors.VideoNotFound();
    }
}
