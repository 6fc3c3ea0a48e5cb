using VideoGen.HttpApi;
using VideoGen.Jobs.Contracts;

namespace VideoGen.Gateway.Dialects.Visualizr.Live;

/// <summary>Jobs, asked in the gateway's own name for many callers at a time; each of the jobs with the account that asks.</summary>
internal sealed class ChangedJobsClient(HttpClient http)
{
    /// <exception cref="HttpRequestException">Jobs is away or answered with an error.</exception>
    public async Task<ChangedJobs> AskAsync(KnownJobs known, CancellationToken ct)
    {
        using var response = await http.PostAsJsonAsync("internal/jobs/changed", known, ApiJson.Options, ct);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync<ChangedJobs>(ApiJson.Options, ct) ?? throw new HttpRequestException("Jobs answered with nothing");
    }
}
