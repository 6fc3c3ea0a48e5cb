using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace VideoGen.Cli.Api;

/// <summary>
/// Requests to the public API, with one credential. Reads, and what has an idempotency key, are repeated with patience; everything
/// else only where it certainly had no effect. A redirect is never followed: the key is for this server.
/// </summary>
internal sealed class ApiClient : IDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    static readonly TimeSpan LongWait = TimeSpan.FromSeconds(3);

    const int LargestAnswerBytes = 64 * 1024 * 1024;
    const int LargestRefusalBytes = 1024 * 1024;

    static readonly string Version = typeof(ApiClient).Assembly.GetName().Version!.ToString(3);

    readonly HttpClient _http = new(
        new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = TimeSpan.FromSeconds(10) })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    readonly string _server;
    readonly string? _credential;

    readonly Action<string>? _note;

    /// <param name="credential">An API key or a token; null for what is open to everybody.</param>
    /// <param name="note">Told why it takes longer.</param>
    public ApiClient(string server, string? credential, Action<string>? note = null)
    {
        _server = server;
        _credential = credential;
        _note = note;
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("videogen-cli", Version));
    }

    public async Task<JsonObject> GetAsync(string path, CancellationToken ct) =>
        await JsonAsync(() => new HttpRequestMessage(HttpMethod.Get, path), isRepeatable: true, ct) ?? [];

    /// <param name="isRepeatable">True when a second request has no second effect.</param>
    public async Task<JsonObject> PostAsync(string path, JsonNode? body, CancellationToken ct, bool isRepeatable = false) =>
        await JsonAsync(() =>
        {
            var request = new HttpRequestMessage(HttpMethod.Post, path);
            if (body is not null) request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
            return request;
        }, isRepeatable, ct) ?? [];

    /// <summary>Orders a job under an idempotency key.</summary>
    /// <param name="onRepeat">Told when a request may have arrived without its answer coming back, before it is repeated.</param>
    /// <returns>The job, and whether the server says that an earlier request with this key made it.</returns>
    public async Task<(JsonObject Job, bool IsRepetition)> SubmitAsync(
        JsonNode body, string idempotencyKey, Action onRepeat, CancellationToken ct)
    {
        var isRepetition = false;
        var job = await JsonAsync(() =>
        {
            var request = new HttpRequestMessage(HttpMethod.Post, "/v1/jobs");
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
            request.Headers.Add("Idempotency-Key", idempotencyKey);
            return request;
        }, isRepeatable: true, ct, look: response => isRepetition = response.Headers.Contains("Idempotent-Replayed"), onRepeat: onRepeat);
        return (job ?? [], isRepetition);
    }

    public Task DeleteAsync(string path, CancellationToken ct) =>
        JsonAsync(() => new HttpRequestMessage(HttpMethod.Delete, path), isRepeatable: true, ct);

    /// <summary>Every entry of a list, page after page, read when it is needed.</summary>
    public async IAsyncEnumerable<JsonObject> ListAsync(
        string path, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        var separator = path.Contains('?') ? '&' : '?';
        for (string? cursor = null; ;)
        {
            var page = await GetAsync(cursor is null ? path : $"{path}{separator}cursor={Uri.EscapeDataString(cursor)}", ct);
            foreach (var entry in page.Listed("data")) yield return entry;
            var next = page.TextAt("next_cursor");
            if (next is null) yield break;
            if (next == cursor) throw Answers.Unexpected("a list that goes on for ever");
            cursor = next;
        }
    }

    /// <summary>Sends with repetitions and reads the answer.</summary>
    public async Task<JsonObject?> JsonAsync(
        Func<HttpRequestMessage> request, bool isRepeatable, CancellationToken ct, TimeSpan? patience = null,
        Action<HttpResponseMessage>? look = null, Action? onRepeat = null)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return await OnceAsync(request(), patience ?? Patience, ct, look);
            }
            catch (Exception failure) when (RetryPolicy.WaitAfter(failure, attempt, isRepeatable) is { } wait
                && !ct.IsCancellationRequested)
            {
                onRepeat?.Invoke();
                if (wait >= LongWait) _note?.Invoke($"The server asks to wait; trying again in {Math.Ceiling(wait.TotalSeconds)} s …");
                await Task.Delay(wait, ct);
            }
        }
    }

    /// <summary>Sends once. Null for an answer without a body, and for 304.</summary>
    public async Task<JsonObject?> OnceAsync(
        HttpRequestMessage request, TimeSpan patience, CancellationToken ct, Action<HttpResponseMessage>? look = null)
    {
        using (request)
        using (var limit = CancellationTokenSource.CreateLinkedTokenSource(ct))
        {
            limit.CancelAfter(patience);
            try
            {
                using var response = await SendAsync(request, limit.Token);
                look?.Invoke(response);
                if (response.StatusCode is HttpStatusCode.NotModified or HttpStatusCode.NoContent) return null;
                var text = await ReadAsync(response, LargestAnswerBytes, limit.Token);
                return Answers.Parse(text) as JsonObject ?? throw new JsonException("It is no object.");
            }
            catch (JsonException broken)
            {
                throw Answers.Unexpected("its answer is no JSON object", broken);
            }
            catch (OperationCanceledException late) when (!ct.IsCancellationRequested)
            {
                throw new TimeoutException($"No answer within {patience.TotalSeconds:0} s.", late);
            }
        }
    }

    /// <summary>Sends once; the body is still to be read.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken ct)
    {
        request.RequestUri = new Uri(_server + request.RequestUri!.OriginalString);
        if (_credential is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _credential);
        if (request.Headers.Accept.Count == 0) request.Headers.Accept.ParseAdd("application/json");
        var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
        if (response.IsSuccessStatusCode || response.StatusCode == HttpStatusCode.NotModified) return response;
        using (response) throw await RefusalAsync(response, ct);
    }

    public void Dispose() => _http.Dispose();

    public static async Task<ApiFailure> RefusalAsync(HttpResponseMessage response, CancellationToken ct)
    {
        var told = response.Headers.RetryAfter;
        var wait = told?.Delta ?? (told?.Date is { } date ? date - DateTimeOffset.UtcNow : null);
        try
        {
            var text = await ReadAsync(response, LargestRefusalBytes, ct);
            return new ApiFailure(response.StatusCode, Answers.Parse(text) as JsonObject, wait, response.Headers.Location);
        }
        catch (JsonException)
        {
            return new ApiFailure(response.StatusCode, problem: null, wait, response.Headers.Location);
        }
    }

    /// <summary>The body as text, up to so many bytes: what is longer is not of this API.</summary>
    static async Task<string> ReadAsync(HttpResponseMessage response, int most, CancellationToken ct)
    {
        await using var body = await response.Content.ReadAsStreamAsync(ct);
        using var text = new MemoryStream();
        var buffer = new byte[16 * 1024];
        for (int count; (count = await body.ReadAsync(buffer, ct)) > 0;)
        {
            if (text.Length + count > most) throw Answers.Unexpected($"its answer is longer than {most} bytes");
            await text.WriteAsync(buffer.AsMemory(0, count), ct);
        }
        try
        {
            return Strict.GetString(text.GetBuffer(), 0, (int)text.Length).TrimStart('\ufeff');
        }
        catch (DecoderFallbackException broken)
        {
            throw new JsonException("It is not UTF-8.", broken);
        }
    }
}
