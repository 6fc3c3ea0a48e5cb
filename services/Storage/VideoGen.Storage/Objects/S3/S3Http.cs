using System.Net;
using Minio;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace VideoGen.Storage.Objects.S3;

/// <summary>
/// The connection to the S3 server: a time-out for each try, and a few repetitions of what can be repeated without harm. PUT is among them:
/// the same bytes go to the same key. POST, which begins and completes multipart uploads, is sent once.
/// </summary>
internal static class S3Http
{
    /// <summary>Marks a request whose answer is an object, to be read as it comes.</summary>
    public static readonly HttpRequestOptionsKey<bool> ForReader = new("videogen-for-reader");

    /// <summary>The client of MinIO, and the HTTP client under it, for what MinIO's can't do.</summary>
    public static (HttpClient Http, IMinioClient Client) Connect(S3Options options)
    {
        var http = new HttpClient(new ResilientHandler(options) { InnerHandler = NewConnections() });
        var client = New(options, options.Endpoint, options.UseSsl).WithHttpClient(http).Build();
        // Build has set half an hour for all tries together, and .NET's own would be 100 s. The handler's limits count, alone.
        http.Timeout = Timeout.InfiniteTimeSpan;
        return (http, client);
    }

    /// <summary>A client that only signs links, for the name under which customers reach the server.</summary>
    public static IMinioClient NewSigner(S3Options options) =>
        New(options, options.PresignedEndpoint ?? options.Endpoint, options.PresignedUseSsl ?? options.UseSsl).Build();

    static IMinioClient New(S3Options options, string endpoint, bool useSsl) =>
        new MinioClient().WithEndpoint(endpoint).WithSSL(useSsl).WithRegion(options.Region)
            .WithCredentials(options.AccessKey, options.SecretKey);

    static SocketsHttpHandler NewConnections() => new()
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
    };

    sealed class ResilientHandler(S3Options options) : DelegatingHandler
    {
        readonly ResiliencePipeline<HttpResponseMessage> _once = new ResiliencePipelineBuilder<HttpResponseMessage>()
            .AddTimeout(options.RequestTimeout)
            .Build();

        readonly ResiliencePipeline<HttpResponseMessage> _repeated = Repeated(options);

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var pipeline = request.Method == HttpMethod.Post ? _once : _repeated;
            var answer = await pipeline.ExecuteAsync(async ct => await base.SendAsync(request, ct), cancellationToken);
            var isForReader = request.Options.TryGetValue(ForReader, out var isMarked) && isMarked;
            return isForReader || request.Method == HttpMethod.Head ? answer : await ReadAsync(answer, cancellationToken);
        }

        /// <summary>
        /// The client of MinIO reads an answer without a time-out and without the token, so it gets one that has come whole. What completes
        /// an upload may take minutes, in which the server sends blanks: only silence counts.
        /// </summary>
        async Task<HttpResponseMessage> ReadAsync(HttpResponseMessage answer, CancellationToken ct)
        {
            var (content, whole) = (answer.Content, new MemoryStream());
            await using (var body = new S3ReadStream(content, await content.ReadAsStreamAsync(ct), options.IdleTimeout))
            {
                await body.CopyToAsync(whole, ct);
            }
            answer.Content = new ByteArrayContent(whole.ToArray());
            foreach (var header in content.Headers) answer.Content.Headers.TryAddWithoutValidation(header.Key, header.Value);
            return answer;
        }

        static ResiliencePipeline<HttpResponseMessage> Repeated(S3Options options)
        {
            var pipeline = new ResiliencePipelineBuilder<HttpResponseMessage>();
            if (options.Retries > 0)
            {
                pipeline.AddRetry(new RetryStrategyOptions<HttpResponseMessage>
                {
                    MaxRetryAttempts = options.Retries,
                    Delay = TimeSpan.FromMilliseconds(200),
                    BackoffType = DelayBackoffType.Exponential,
                    UseJitter = true,
                    ShouldHandle = outcome => ValueTask.FromResult(MayPass(outcome.Outcome)),
                });
            }
            return pipeline.AddTimeout(options.RequestTimeout).Build();
        }

        static bool MayPass(Outcome<HttpResponseMessage> outcome) => outcome switch
        {
            { Exception: HttpRequestException or TimeoutRejectedException } => true,
            { Result.StatusCode: HttpStatusCode.InternalServerError or HttpStatusCode.BadGateway } => true,
            { Result.StatusCode: HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout } => true,
            _ => false,
        };
    }
}
