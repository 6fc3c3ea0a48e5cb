using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using VideoGen.HttpApi;
using VideoGen.HttpApi.Paging;
using VideoGen.Jobs.Contracts;

namespace VideoGen.Web.Mcp;

/// <summary>The public API's models.</summary>
internal sealed class McpModelsClient(HttpClient http)
{
    public Task<HttpResponseMessage> ListAsync(string? kind, CancellationToken ct) =>
        http.GetAsync("v1/models?active=true" + (kind is null ? "" : $"&kind={Uri.EscapeDataString(kind)}"), ct);

    public Task<HttpResponseMessage> ShowAsync(string slug, CancellationToken ct) =>
        http.GetAsync($"v1/models/{Uri.EscapeDataString(slug)}", ct);
}

/// <summary>The public API's jobs, in the name of the present caller.</summary>
internal sealed class McpJobsClient(HttpClient http)
{
    const int PageSize = 200;

    /// <summary>More than the longest wait, and than a submit that fetches files by URL.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(95);

    public Task<HttpResponseMessage> QuoteAsync(string model, JsonElement input, CancellationToken ct) =>
        http.PostAsJsonAsync("v1/quotes", new QuoteRequest(model, input), ApiJson.Options, ct);

    public async Task<HttpResponseMessage> SubmitAsync(SubmitJob job, string idempotencyKey, CancellationToken ct)
    {
        var body = JsonSerializer.SerializeToNode(job, ApiJson.Options)!.AsObject();
        foreach (var absent in body.Where(member => member.Value is null).Select(member => member.Key).ToList()) body.Remove(absent);
        using var request = new HttpRequestMessage(HttpMethod.Post, "v1/jobs") { Content = JsonContent.Create<JsonNode>(body) };
        request.Headers.Add("Idempotency-Key", idempotencyKey);
        return await http.SendAsync(request, ct);
    }

    public Task<HttpResponseMessage> ReadAsync(Guid id, int waitSeconds, CancellationToken ct) =>
        http.GetAsync(
            $"v1/jobs/{id}" + (waitSeconds > 0 ? string.Create(CultureInfo.InvariantCulture, $"?wait={waitSeconds}s") : ""), ct);

    public Task<HttpResponseMessage> CancelAsync(Guid id, CancellationToken ct) =>
        http.PostAsync($"v1/jobs/{id}/cancel", content: null, ct);

    /// <summary>Every job with all of this metadata that was made since then.</summary>
    public async IAsyncEnumerable<JobView> ListAsync(
        DateTimeOffset since, [EnumeratorCancellation] CancellationToken ct, params (string Name, string Value)[] metadata)
    {
        var query = $"v1/jobs?limit={PageSize}&created_after={Uri.EscapeDataString(since.UtcDateTime.ToString("O"))}"
            + string.Concat(metadata.Select(pair => $"&metadata%5B{pair.Name}%5D={Uri.EscapeDataString(pair.Value)}"));
        for (string? cursor = null; ;)
        {
            var page = (
                await http.GetFromJsonAsync<Page<JobView>>(
                query + (cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}"), ApiJson.Options, ct))!;
            foreach (var job in page.Data) yield return job;
            cursor = page.NextCursor;
            if (cursor is null) yield break;
        }
    }
}
