namespace VideoGen.Egress;

/// <summary>
/// Requests to URLs that customers and vendors chose. Outcomes of the other side are values; exceptions are the target stream's
/// own, and cancellation by the caller.
/// </summary>
public sealed class EgressClient(SocketsHttpHandler handler, EgressPolicy policy, TimeProvider time) : IDisposable
{
    const string Agent = "VideoGen/1.0";
    const int StartBytes = 4096;

    readonly HttpMessageInvoker _http = new(handler, disposeHandler: true);

    /// <summary>
    /// Copies what the URL serves to <paramref name="target"/>, following redirects as the profile allows: each target is checked like the
    /// first URL, https never becomes http. What was written before a failure stays in the target.
    /// </summary>
    public async Task<EgressDownload> DownloadAsync(Uri uri, EgressProfile profile, Stream target, EgressLimits limits, CancellationToken ct)
    {
        using var clock = new ExchangeClock(profile, time, ct);
        var current = uri;
        var verdict = policy.Check(uri.OriginalString, profile);
        for (var hops = 0; ; hops++)
        {
            if (!verdict.IsAllowed) return new EgressDownload(current, ClaimedMediaType: null, 0, new EgressFailure(EgressFailureKind.Blocked, verdict.Reason));
            current = verdict.Uri;
            using var request = new HttpRequestMessage(HttpMethod.Get, current);
            var (response, failure) = await SendAsync(request, clock);
            if (response is null) return new EgressDownload(current, ClaimedMediaType: null, 0, failure);

            using (response)
            {
                if (!Redirects.IsRedirect(response)) return await ReceiveAsync(response, current, profile, target, limits, clock);
                if (hops == profile.MaxRedirects)
                    return new EgressDownload(current, ClaimedMediaType: null, 0,
                        new EgressFailure(EgressFailureKind.TooManyRedirects, $"The server redirected more than {profile.MaxRedirects} times."));
                verdict = Redirects.Follow(response, current, policy, profile);
            }
        }
    }

    /// <summary>
    /// Sends one request and reads the start of its reply; a redirect is an answer like any other that is not a 2xx. The URL is checked here.
    /// Bytes beyond the profile's limit are left unread and are no failure.
    /// </summary>
    public async Task<EgressReply> ExchangeAsync(HttpRequestMessage request, EgressProfile profile, CancellationToken ct)
    {
        var verdict = policy.Check(request.RequestUri?.OriginalString, profile);
        if (!verdict.IsAllowed) return Failed(new EgressFailure(EgressFailureKind.Blocked, verdict.Reason));

        using var clock = new ExchangeClock(profile, time, ct);
        var (response, failure) = await SendAsync(request, clock);
        if (response is null) return Failed(failure!);
        using (response)
        {
            using var body = new MemoryStream();
            var fault = await new BodyReader(clock).CopyAsync(response, body, profile.MaxBytes, start: null);
            if (fault is { Kind: EgressFailureKind.TooLarge }) fault = null;
            var status = (int)response.StatusCode;
            return new EgressReply(status, RetryAfter(response), body.ToArray(), StatusFault(response) ?? fault);
        }
    }

    public void Dispose() => _http.Dispose();

    async Task<(HttpResponseMessage? Response, EgressFailure? Failure)> SendAsync(HttpRequestMessage request, ExchangeClock clock)
    {
        if (request.Headers.UserAgent.Count == 0) request.Headers.TryAddWithoutValidation("User-Agent", Agent);
        request.Headers.TryAddWithoutValidation("Accept-Encoding", "identity");
        try
        {
            return (await _http.SendAsync(request, clock.Token), null);
        }
        catch (HttpRequestException refused)
        {
            return (null, Explain(refused));
        }
        catch (OperationCanceledException) when (!clock.IsCallersWish)
        {
            return (null, clock.Failure ?? new EgressFailure(EgressFailureKind.Unreachable, "The server did not accept a connection in time."));
        }
    }

    static EgressFailure Explain(HttpRequestException refused)
    {
        for (Exception? cause = refused; cause is not null; cause = cause.InnerException)
        {
            if (cause is EgressBlockedException) return new EgressFailure(EgressFailureKind.Blocked, cause.Message);
        }
        return new EgressFailure(EgressFailureKind.Unreachable, refused.HttpRequestError switch
        {
            HttpRequestError.NameResolutionError => "The host name does not resolve.",
            HttpRequestError.SecureConnectionError => "No trusted TLS connection could be made: the certificate or the protocol was refused.",
            HttpRequestError.ConnectionError => "The server could not be reached.",
            HttpRequestError.ResponseEnded => "The server closed the connection without a reply.",
            HttpRequestError.ConfigurationLimitExceeded => "The reply's headers are too large.",
            HttpRequestError.InvalidResponse => "The server's reply is not valid HTTP.",
            _ => "The request failed on the network.",
        });
    }

    static async Task<EgressDownload> ReceiveAsync(
        HttpResponseMessage response, Uri uri, EgressProfile profile, Stream target, EgressLimits limits, ExchangeClock clock)
    {
        var type = response.Content.Headers.ContentType?.MediaType;
        if ((StatusFault(response) ?? EncodingFault(response)) is { } fault) return new EgressDownload(uri, type, 0, fault);

        var cap = Math.Min(limits.MaxBytes ?? long.MaxValue, profile.MaxBytes);
        if (response.Content.Headers.ContentLength > cap) return new EgressDownload(uri, type, 0, BodyReader.TooLarge(cap));
        clock.WatchSpeed();
        var reader = new BodyReader(clock);
        var start = limits.RefuseStart is { } refuse ? new StartCheck(StartBytes, refuse) : null;
        var failure = await reader.CopyAsync(response, target, cap, start);
        return new EgressDownload(uri, type, reader.Written, failure);
    }

    static EgressFailure? StatusFault(HttpResponseMessage response) => response.IsSuccessStatusCode
        ? null
        : new EgressFailure(EgressFailureKind.BadStatus, $"The server answered {(int)response.StatusCode}.", (int)response.StatusCode);

    /// <summary>Identity was asked for; what comes encoded anyway could inflate to any size and is not what the caller wants to store.</summary>
    static EgressFailure? EncodingFault(HttpResponseMessage response)
    {
        var encoding = response.Content.Headers.ContentEncoding.FirstOrDefault(name => !string.Equals(name, "identity", StringComparison.OrdinalIgnoreCase));
        return encoding is null ? null : new EgressFailure(EgressFailureKind.BadContent, "The server compressed the content although that was not asked for.");
    }

    TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } wait } => wait,
        { Date: { } date } => date - time.GetUtcNow() is { Ticks: > 0 } wait ? wait : TimeSpan.Zero,
        _ => null,
    };

    static EgressReply Failed(EgressFailure failure) => new(Status: null, RetryAfter: null, ReadOnlyMemory<byte>.Empty, failure);
}
