using System.Net;
using System.Text.Json;
using VideoGen.HttpApi;
using VideoGen.HttpApi.Errors;

namespace VideoGen.Gateway.Dialects.Native;

/// <summary>
/// One request to a service, on behalf of the present caller. A service that is away, slow or talks nonsense becomes the same
/// error that a proxied request would have met; a 401 between our own processes is our fault, not the caller's.
/// </summary>
internal static class NativeCall
{
    public static Task<NativeResult<T>> SendAsync<T>(HttpClient http, HttpRequestMessage request, CancellationToken ct)
        where T : class => SendAsync(http, request, ReadJsonAsync<T>, ct);

    /// <param name="read">Takes the answer apart; null when it is not what it should be.</param>
    public static async Task<NativeResult<T>> SendAsync<T>(
        HttpClient http, HttpRequestMessage request, Func<HttpResponseMessage, CancellationToken, Task<T?>> read, CancellationToken ct)
        where T : class
    {
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
            if (!response.IsSuccessStatusCode) return await RefusalOfAsync(response, ct);
            return await read(response, ct) is { } value ? value : Problems.Of(ErrorCodes.UpstreamError);
        }
        catch (HttpRequestException)
        {
            return Problems.Of(ErrorCodes.ServiceUnavailable, retryAfter: TimeSpan.FromSeconds(1));
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return Problems.Of(ErrorCodes.Timeout);
        }
        catch (Exception broken) when (broken is JsonException or IOException)
        {
            // It answered, with something else or not to the end; whether it has done what it was asked, nobody here knows. More is in that
            // service's log, under the same trace id.
            return Problems.Of(ErrorCodes.UpstreamError);
        }
    }

    static async Task<T?> ReadJsonAsync<T>(HttpResponseMessage response, CancellationToken ct)
        where T : class => await response.Content.ReadFromJsonAsync<T>(ApiJson.Options, ct);

    /// <summary>What a service says that did not do what it was asked.</summary>
    public static async Task<ProblemAnswer> RefusalOfAsync(HttpResponseMessage response, CancellationToken ct)
    {
        if (response.StatusCode == HttpStatusCode.Unauthorized) return Problems.Of(ErrorCodes.InternalError);
        var wait = response.Headers.RetryAfter?.Delta;
        if (response.Content.Headers.ContentType?.MediaType != Problems.ContentType) return Bare(response.StatusCode, wait);
        await using var body = await response.Content.ReadAsStreamAsync(ct);
        var problem = await JsonSerializer.DeserializeAsync<Problem>(body, ApiJson.Options, ct);
        return problem is { Code: not null, Status: >= 400 and <= 599 } ? new ProblemAnswer(problem, wait) : Bare(response.StatusCode, wait);
    }

    static ProblemAnswer Bare(HttpStatusCode status, TimeSpan? wait) => Problems.Of(ErrorCodes.ForStatus((int)status), retryAfter: wait);
}

/// <summary>The value of an answer without a body.</summary>
internal sealed class Nothing
{
    public static readonly Nothing Instance = new();
}
