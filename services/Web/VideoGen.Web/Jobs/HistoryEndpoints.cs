using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.HttpResults;
using VideoGen.HttpApi.Errors;
using VideoGen.HttpApi.Paging;
using VideoGen.Jobs.Contracts;
using VideoGen.Web.Api;
using VideoGen.Web.Monitor;

namespace VideoGen.Web.Jobs;

/// <summary>The grid of jobs, and two of them side by side.</summary>
internal sealed class HistoryEndpoints(JobsApiClient jobs, IAntiforgery forms)
{
    public async Task<IResult> ListAsync(HttpContext context, CancellationToken ct)
    {
        var query = HistoryQuery.Of(context.Request.Query);
        var answer = await jobs.GetAsync<Page<JobView>>(query.ApiPath(), ct);
        // A cursor or a model's name that the API does not take is the address' fault: the page begins anew.
        if (answer.Value is not { } page) return answer.Problem!.Status == 400 && query.IsNarrow ? Results.Redirect("/jobs")
            : answer.Refusal;
        var shown = query.Text.Length == 0 ? page.Data : [.. page.Data.Where(job => Matches(job, query.Text))];
        return new RazorComponentResult<HistoryPage>(new
        {
            Query = query,
            Jobs = shown,
            Next = page.HasMore ? page.NextCursor : null,
            Token = forms.GetAndStoreTokens(context).RequestToken,
        });
    }

    /// <summary><c>?id=…&amp;id=…</c>: the first two.</summary>
    public async Task<IResult> CompareAsync(HttpContext context, CancellationToken ct)
    {
        var ids = context.Request.Query["id"].Select(text => Guid.TryParse(text, out var id) ? id : Guid.Empty)
            .Where(id => id != Guid.Empty).Distinct().Take(2).ToList();
        var found = new List<JobView>();
        foreach (var id in ids)
        {
            var answer = await jobs.GetAsync<JobView>($"v1/jobs/{id}", ct);
            if (answer.Value is null) return answer.Refusal;
            found.Add(answer.Value);
        }
        return found.Count == 2
            ? new RazorComponentResult<ComparePage>(new { Jobs = found })
            : Problems.Of(ErrorCodes.InvalidRequest, "Tick two results, then compare them.");
    }

    static bool Matches(JobView job, string text)
    {
        var prompt = JobCard.PromptOf(job.Input);
        return new[] { prompt, job.Model, job.Id.ToString() }.Any(words =>
            words?.Contains(text, StringComparison.OrdinalIgnoreCase) == true);
    }
}
