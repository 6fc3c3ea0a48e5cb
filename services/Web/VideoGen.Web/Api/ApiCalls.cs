using System.Net.Http.Headers;
using System.Text.Json;
using VideoGen.HttpApi;
using VideoGen.HttpApi.Errors;
using VideoGen.Web.Access;

namespace VideoGen.Web.Api;

/// <summary>
/// Calls of the public API in the name of who has signed in: the handler below attaches the request's caller. A refusal is a value, and
/// so is a service that does not answer.
/// </summary>
internal abstract class ApiCalls(HttpClient http)
{
    public Task<ApiAnswer<T>> GetAsync<T>(string path, CancellationToken ct) => SendAsync<T>(HttpMethod.Get, path, body: null, ct);

    public Task<ApiAnswer<T>> PostAsync<T>(string path, object? body, CancellationToken ct) =>
        SendAsync<T>(HttpMethod.Post, path, body, ct);

    /// <param name="headers">Further headers, such as <c>Idempotency-Key</c>.</param>
    public async Task<ApiAnswer<T>> SendAsync<T>(HttpMethod method, string path, object? body, CancellationToken ct,
        params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null) request.Content = JsonContent.Create(body, body.GetType(), options: ApiJson.Options);
        foreach (var (name, value) in headers) request.Headers.Add(name, value);
        return await SendAsync<T>(request, ct);
    }

    /// <summary>Sends a file as it comes; nothing of it is kept here.</summary>
    /// <param name="fileName">As its owner calls it: whatever characters it has, it arrives with them.</param>
    public async Task<ApiAnswer<T>> UploadAsync<T>(string path, Stream content, string fileName, string? mediaType, CancellationToken ct)
    {
        using var file = new StreamContent(content);
        if (MediaTypeHeaderValue.TryParse(mediaType, out var type)) file.Headers.ContentType = type;
        // In the encoded form alone: the plain one can't hold a quotation mark or a line break.
        file.Headers.ContentDisposition = new ContentDispositionHeaderValue("form-data") { Name = "file", FileNameStar = fileName };
        using var form = new MultipartFormDataContent { file };
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = form };
        return await SendAsync<T>(request, ct);
    }

    /// <summary>An answer without an end; the caller disposes of it.</summary>
    public Task<HttpResponseMessage> OpenAsync(string path, CancellationToken ct) =>
        http.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, ct);

    async Task<ApiAnswer<T>> SendAsync<T>(HttpRequestMessage request, CancellationToken ct)
    {
        try
        {
            using var response = await http.SendAsync(request, ct);
            if (!response.IsSuccessStatusCode) return new ApiAnswer<T>(default, await ProblemOfAsync(response, ct));
            return new ApiAnswer<T>(response.Content.Headers.ContentLength == 0 || typeof(T) == typeof(Nothing) ? default
                : await response.Content.ReadFromJsonAsync<T>(ApiJson.Options, ct), Problem: null);
        }
        catch (Exception failure) when (Operators.IsAway(failure, ct))
        {
            return new ApiAnswer<T>(default, Problems.Describe(ErrorCodes.ServiceUnavailable,
                "A part of the system does not answer at the moment. Try again soon."));
        }
    }

    static async Task<Problem> ProblemOfAsync(HttpResponseMessage response, CancellationToken ct)
    {
        try
        {
            if (await response.Content.ReadFromJsonAsync<Problem>(ApiJson.Options, ct) is { Code: not null } problem) return problem;
        }
        catch (Exception strange) when (strange is JsonException or NotSupportedException)
        {
            // Not in our shape: what the status says is all there is to tell.
        }
        return Problems.Describe(ErrorCodes.ForStatus((int)response.StatusCode));
    }
}

/// <summary>The type of an answer without a body.</summary>
internal sealed record Nothing;

/// <param name="Value">Null for a refusal, and for an answer without a body.</param>
/// <param name="Problem">Why not; null when it went well.</param>
internal sealed record ApiAnswer<T>(T? Value, Problem? Problem)
{
    /// <summary>The page of the refusal.</summary>
    public IResult Refusal => new ProblemAnswer(Problem!, retryAfter: null);
}
