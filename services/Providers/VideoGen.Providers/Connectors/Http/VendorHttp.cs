using System.Net.Http.Headers;
using Microsoft.Extensions.Options;
using Polly;
using Polly.Retry;

namespace VideoGen.Providers.Connectors.Http;

/// <summary>
/// Speaks HTTP with one vendor.
/// <para>
/// Guarantee: 1. A create is sent once. 2. Nothing is sent to another host than the configured one and those that the vendor is known to give addresses
/// of, and redirects are not followed. 3. No call takes longer than <see cref="VendorHttpOptions.Timeout"/> or reads more than
/// <see cref="VendorHttpOptions.MaxAnswerBytes"/>. 4. No secret is in what it answers, throws or logs.
/// </para>
/// </summary>
internal class VendorHttp
{
    /// <summary>A vendor that asks for more patience than this is not waited for; its answer says how long.</summary>
    static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    readonly IHttpClientFactory _clients;
    readonly string _client;
    readonly VendorHttpOptions _options;
    readonly TimeProvider _time;
    readonly ILogger _log;
    readonly SecretRedaction _redaction;
    readonly ResiliencePipeline<VendorAnswer> _repeating;

    /// <param name="client">The name of the client in the factory.</param>
    public VendorHttp(IHttpClientFactory clients, string client, VendorHttpOptions options, TimeProvider time, ILogger log)
    {
        (_clients, _client, _options, _time, _log) = (clients, client, options, time, log);
        _redaction = new SecretRedaction(_options.Secrets, _options.TokenStarts);
        _repeating = _options.MaxRetries == 0 ? ResiliencePipeline<VendorAnswer>.Empty : Repeating();
    }

    /// <summary>Reads something; repeated while that may help. Error statuses are answers.</summary>
    /// <param name="path">Below the base URL, or an address that the vendor gave, at the same host or one of <see cref="VendorHttpOptions.OtherHosts"/>.</param>
    /// <param name="pace">
    /// Gives the turns of an account whose reads are limited. Waiting for the first one is no part of the time that the read may take.
    /// </param>
    /// <exception cref="VendorException">There is no answer.</exception>
    public async Task<VendorAnswer> ReadAsync(string path, CancellationToken ct, ReadPace? pace = null)
    {
        if (pace is not null) await pace.TurnAsync(ct);
        var isFirst = true;
        return await WithinTimeAsync(total => _repeating.ExecuteAsync(async token =>
        {
            if (!isFirst && pace is not null) await pace.TurnAsync(token);
            isFirst = false;
            return await ExchangeAsync(HttpMethod.Get, path, content: null, token, ct);
        }, total).AsTask(), ct);
    }

    /// <summary>Hands work over, once. The answer is certain: a 2xx, or a refusal that left nothing behind.</summary>
    /// <exception cref="VendorException">It is unknown whether the vendor has the work.</exception>
    public async Task<VendorAnswer> CreateAsync(string path, HttpContent content, CancellationToken ct)
    {
        var answer = await HandOverAsync(path, content, headers: null, patience: null, ct);
        return answer.Status != 0 && VendorStatus.IsUnclear(answer.Status, answer.RetryAfter)
            ? throw new VendorException(VendorFault.Status, $"{_options.Vendor} answered a create with {answer.Refusal!.Detail}")
            : answer;
    }

    /// <summary>Hands work over, once, and leaves it to the caller what the answer means: see <see cref="VendorStatus.IsUnclear"/>.</summary>
    /// <param name="headers">More of them, for this call.</param>
    /// <param name="patience">How long the vendor may take and be silent, where its answer is the result; null for the usual times.</param>
    /// <exception cref="VendorException">It is unknown whether the vendor has the work.</exception>
    public async Task<VendorAnswer> HandOverAsync(
        string path, HttpContent content, IReadOnlyDictionary<string, string>? headers, TimeSpan? patience, CancellationToken ct)
    {
        try
        {
            return await WithinTimeAsync(total => ExchangeAsync(HttpMethod.Post, path, content, total, ct, headers, patience), ct, patience);
        }
        catch (VendorException fault) when (fault.Fault == VendorFault.NotReached)
        {
            var refusal = VendorStatus.RefusalOf(503, "", retryAfter: null)! with { Detail = fault.Message };
            return new VendorAnswer(_options.Vendor, Status: 0, [], MediaType: null, RetryAfter: null, refusal);
        }
    }

    /// <summary>Anything else, such as a cancel, once. Error statuses are answers.</summary>
    /// <exception cref="VendorException">There is no answer.</exception>
    public Task<VendorAnswer> SendAsync(HttpMethod method, string path, HttpContent? content, CancellationToken ct) =>
        WithinTimeAsync(total => ExchangeAsync(method, path, content, total, ct), ct);

    /// <summary>Opens a file of the vendor's for reading, whatever its size. Nothing of it is looked at; the caller closes it.</summary>
    /// <exception cref="VendorException">It is not to be had.</exception>
    public async Task<HttpResponseMessage> OpenAsync(string path, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, AddressOf(path));
        foreach (var (name, value) in _options.Headers) request.Headers.TryAddWithoutValidation(name, value);
        _options.Authorize(request);
        using var client = _clients.CreateClient(_client);
        var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
        if (response.IsSuccessStatusCode) return response;
        response.Dispose();
        throw new VendorException(VendorFault.Status, $"{_options.Vendor} answered {(int)response.StatusCode} instead of a file");
    }

    async Task<VendorAnswer> WithinTimeAsync(Func<CancellationToken, Task<VendorAnswer>> call, CancellationToken ct, TimeSpan? patience = null)
    {
        using var clock = new CancellationTokenSource(patience ?? _options.Timeout, _time);
        using var total = CancellationTokenSource.CreateLinkedTokenSource(clock.Token, ct);
        try
        {
            return await call(total.Token);
        }
        catch (OperationCanceledException) when (clock.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            throw new VendorException(VendorFault.TimedOut, $"{_options.Vendor} did not answer within {patience ?? _options.Timeout:c}");
        }
    }

    /// <param name="total">Ends when the whole call has taken too long.</param>
    /// <param name="ct">The caller's.</param>
    async Task<VendorAnswer> ExchangeAsync(
        HttpMethod method, string path, HttpContent? content, CancellationToken total, CancellationToken ct,
        IReadOnlyDictionary<string, string>? headers = null, TimeSpan? patience = null)
    {
        using var request = new HttpRequestMessage(method, AddressOf(path)) { Content = content };
        foreach (var (name, value) in _options.Headers.Concat(headers ?? new Dictionary<string, string>())) request.Headers.TryAddWithoutValidation(name, value);
        _options.Authorize(request);
        // With a length: some servers take no body in pieces.
        if (content is JsonContent) await content.LoadIntoBufferAsync(total);

        using var silence = new CancellationTokenSource(patience ?? _options.ReadTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(total, silence.Token);
        try
        {
            using var client = _clients.CreateClient(_client);
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            return AnswerOf(response, await BodyAsync(response, silence, either.Token));
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested && !total.IsCancellationRequested)
        {
            throw silence.IsCancellationRequested
                ? new VendorException(VendorFault.TimedOut, $"{_options.Vendor} was silent for {patience ?? _options.ReadTimeout:c}")
                : new VendorException(VendorFault.NotReached, $"{_options.Vendor} could not be connected to within {_options.ConnectTimeout:c}");
        }
        catch (Exception broken) when (broken is IOException or HttpRequestException and not VendorException)
        {
            throw Explained(broken);
        }
    }

    async Task<byte[]> BodyAsync(HttpResponseMessage response, CancellationTokenSource silence, CancellationToken ct)
    {
        if (response.Content.Headers.ContentLength > _options.MaxAnswerBytes) throw TooLarge();
        await using var body = await response.Content.ReadAsStreamAsync(ct);
        using var whole = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (await body.ReadAsync(buffer, ct) is > 0 and var read)
        {
            silence.CancelAfter(_options.ReadTimeout);
            if (whole.Length + read > _options.MaxAnswerBytes) throw TooLarge();
            whole.Write(buffer, 0, read);
        }

        return _redaction.Clean(whole.ToArray());
    }

    VendorAnswer AnswerOf(HttpResponseMessage response, byte[] body)
    {
        var (status, retryAfter) = ((int)response.StatusCode, RetryAfterOf(response.Headers.RetryAfter));
        var text = response.IsSuccessStatusCode ? "" : _redaction.Clean(System.Text.Encoding.UTF8.GetString(body));
        var refusal = VendorStatus.RefusalOf(status, text, retryAfter);
        return new VendorAnswer(_options.Vendor, status, body, response.Content.Headers.ContentType?.MediaType, retryAfter, refusal)
        {
            Headers = response.Headers.ToDictionary(header => header.Key, header => header.Value.FirstOrDefault() ?? "", StringComparer.OrdinalIgnoreCase),
        };
    }

    TimeSpan? RetryAfterOf(RetryConditionHeaderValue? header) => header switch
    {
        { Delta: { } wait } => wait,
        { Date: { } date } => date - _time.GetUtcNow() is { Ticks: > 0 } wait ? wait : TimeSpan.Zero,
        _ => null,
    };

    Uri AddressOf(string path)
    {
        var configured = _options.BaseUrl ?? throw new InvalidOperationException($"{_options.Vendor} is not configured");
        var start = new Uri(configured.ToString().TrimEnd('/') + "/");
        return Uri.TryCreate(start, path, out var address) && ((address.Scheme == start.Scheme && address.Authority == start.Authority) || IsOther(address))
            ? address
            : throw new VendorException(VendorFault.Blocked, $"{_options.Vendor} named an address at another host than {start.Host}");
    }

    /// <summary>The credential goes there too, so that only what the description names counts, and only over TLS.</summary>
    bool IsOther(Uri address) => address is { Scheme: "https", IsDefaultPort: true, UserInfo.Length: 0 } && HostNames.IsAmong(address.IdnHost, _options.OtherHosts);

    VendorException TooLarge() =>
        new(VendorFault.TooLarge, $"{_options.Vendor} answered with more than {_options.MaxAnswerBytes} bytes");

    VendorException Explained(Exception broken)
    {
        var fault = broken is HttpRequestException
        {
            HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError
        }
            ? VendorFault.NotReached
            : VendorFault.Broken;
        var inner = _redaction.IsClean(broken.ToString()) ? broken : null;
        return new VendorException(fault, _redaction.Clean($"{_options.Vendor}: {broken.Message}"), inner);
    }

    ResiliencePipeline<VendorAnswer> Repeating() => new ResiliencePipelineBuilder<VendorAnswer> { TimeProvider = _time }
        .AddRetry(new RetryStrategyOptions<VendorAnswer>
        {
            MaxRetryAttempts = _options.MaxRetries,
            Delay = _options.RetryDelay,
            MaxDelay = LongestWait,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            ShouldHandle = attempt => ValueTask.FromResult(attempt.Outcome switch
            {
                { Exception: VendorException { MayPass: true } } => true,
                { Result: { Refusal.IsPassing: true, RetryAfter: var wait } } => wait is null || wait <= LongestWait,
                _ => false,
            }),
            DelayGenerator = attempt => ValueTask.FromResult(attempt.Outcome.Result?.RetryAfter),
            OnRetry = attempt =>
            {
                var reason = attempt.Outcome.Exception?.Message ?? attempt.Outcome.Result!.Refusal!.Detail!;
                VendorLog.Repeating(_log, _options.Vendor, reason, attempt.RetryDelay);
                return ValueTask.CompletedTask;
            },
        })
        .Build();
}

static partial class VendorLog
{
    [LoggerMessage(LogLevel.Information, "{Vendor} could not be read ({Reason}); trying again in {Wait}")]
    public static partial void Repeating(ILogger logger, string vendor, string reason, TimeSpan wait);
}

/// <summary>The client of one kind of options.</summary>
internal sealed class VendorHttp<TOptions>(IHttpClientFactory clients, IOptions<TOptions> options, TimeProvider time, ILogger<VendorHttp<TOptions>> log)
    : VendorHttp(clients, ClientName, options.Value, time, log)
    where TOptions : VendorHttpOptions
{
    /// <summary>The name of the client in the factory.</summary>
    public static string ClientName => typeof(TOptions).FullName!;
}
