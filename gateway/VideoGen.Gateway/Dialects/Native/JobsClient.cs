using System.Globalization;
using System.Net;
using VideoGen.HttpApi;
using VideoGen.HttpApi.Paging;
using VideoGen.Jobs.Contracts;

namespace VideoGen.Gateway.Dialects.Native;

/// <summary>Jobs, for one caller.</summary>
internal sealed class JobsClient(HttpClient http)
{
    /// <param name="waitSeconds">Answers only when the job has ended, or after this time.</param>
    /// <param name="linkSeconds">How long its links must work; 0 for as long as is usual.</param>
    public async Task<NativeResult<JobView>> GetAsync(Guid id, CancellationToken ct, int waitSeconds = 0, int linkSeconds = 0)
    {
        var query = string.Join('&', new[] { waitSeconds > 0 ? $"wait={waitSeconds}s" : "", linkSeconds > 0 ? $"link_seconds={linkSeconds}" : "" }.Where(part => part.Length > 0));
        using var request = new HttpRequestMessage(HttpMethod.Get, query.Length > 0 ? $"v1/jobs/{id}?{query}" : $"v1/jobs/{id}");
        return await NativeCall.SendAsync<JobView>(http, request, ct);
    }

    /// <param name="keepFiles">Whether what a completed job made stays among the account's files.</param>
    public async Task<NativeResult<Nothing>> DeleteAsync(Guid id, bool keepFiles, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, keepFiles ? $"v1/jobs/{id}?keep_files=true" : $"v1/jobs/{id}");
        return await NativeCall.SendAsync(http, request, static (_, _) => Task.FromResult<Nothing?>(Nothing.Instance), ct);
    }

    public async Task<NativeResult<CancelledJob>> CancelAsync(Guid id, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"v1/jobs/{id}/cancel");
        return await NativeCall.SendAsync(http, request, ReadAsync, ct);

        static async Task<CancelledJob?> ReadAsync(HttpResponseMessage response, CancellationToken ct) =>
            await response.Content.ReadFromJsonAsync<JobView>(ApiJson.Options, ct) is { } job ? new CancelledJob(job, response.StatusCode == HttpStatusCode.OK) : null;
    }

    /// <summary>
    /// Natively a cancel is a wish whose end comes a moment later; other APIs show that end in their answer, so it is waited for, briefly.
    /// The job may still be cancelling afterwards, and it may have ended otherwise.
    /// </summary>
    public async Task<NativeResult<CancelledJob>> CancelAndWaitAsync(Guid id, CancellationToken ct)
    {
        const int waitSeconds = 5;
        var cancelled = await CancelAsync(id, ct);
        if (!cancelled.Succeeded || cancelled.Value.WasCancelled) return cancelled;
        var ended = await GetAsync(id, ct, waitSeconds);
        return ended.Succeeded ? cancelled.Value with { Job = ended.Value } : ended.Refusal;
    }

    /// <summary>A page by number, newest first, with the total that APIs with page numbers show.</summary>
    /// <param name="page">From 1.</param>
    public Task<NativeResult<JobPage>> ListAsync(int page, int limit, CancellationToken ct) => ListAsync($"page={page}&limit={limit}", ct);

    /// <summary>As many jobs from one place on, newest first, with the total.</summary>
    /// <param name="statuses">Native states; empty for all.</param>
    public Task<NativeResult<JobPage>> ListFromAsync(int offset, int limit, IReadOnlyList<string> statuses, CancellationToken ct) =>
        ListAsync($"offset={offset}&limit={limit}{(statuses.Count > 0 ? "&status=" + string.Join(',', statuses) : "")}", ct);

    /// <summary>Completed videos from one place on, newest first, with the total.</summary>
    /// <param name="model">Slug; null for all.</param>
    /// <param name="after">Made later than this.</param>
    /// <param name="before">Made earlier than this.</param>
    public Task<NativeResult<JobPage>> ListVideosAsync(int offset, int limit, string? model, DateTimeOffset? after, DateTimeOffset? before, CancellationToken ct)
    {
        var query = $"kind=video&status=completed&offset={offset}&limit={limit}";
        if (model is not null) query += "&model=" + Uri.EscapeDataString(model);
        if (after is { } from) query += "&ended_after=" + Uri.EscapeDataString(from.ToString("O", CultureInfo.InvariantCulture));
        if (before is { } to) query += "&ended_before=" + Uri.EscapeDataString(to.ToString("O", CultureInfo.InvariantCulture));
        return ListAsync(query, ct);
    }

    async Task<NativeResult<JobPage>> ListAsync(string query, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"v1/jobs?{query}&include_total=true");
        return await NativeCall.SendAsync(http, request, ReadAsync, ct);

        static async Task<JobPage?> ReadAsync(HttpResponseMessage response, CancellationToken ct) =>
            response.Headers.TryGetValues("X-Total-Count", out var totals) && long.TryParse(totals.First(), NumberStyles.None, CultureInfo.InvariantCulture, out var total)
            && await response.Content.ReadFromJsonAsync<Page<JobView>>(ApiJson.Options, ct) is { } page ? new JobPage(page.Data, total) : null;
    }
}

/// <param name="Total">How many jobs there are on all pages.</param>
internal sealed record JobPage(IReadOnlyList<JobView> Jobs, long Total);

/// <param name="WasCancelled">It had already ended as cancelled before this request.</param>
internal sealed record CancelledJob(JobView Job, bool WasCancelled);
