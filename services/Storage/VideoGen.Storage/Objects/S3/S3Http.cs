using System.Net;
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
    public static HttpClient NewClient(S3Options options) => new(new ResilientHandler(options)
    {
        InnerHandler = new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        },
    });

    sealed class ResilientHandler(S3Options options) : DelegatingHandler
    {
        readonly ResiliencePipeline<HttpResponseMessage> _once = new ResiliencePipelineBuilder<HttpResponseMessage>()
            .AddTimeout(options.RequestTimeout)
            .Build();

        readonly ResiliencePipeline<HttpResponseMessage> _repeated = Repeated(options);

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            (request.Method == HttpMethod.Post ? _once : _repeated)
                .ExecuteAsync(async ct => await base.SendAsync(request, ct), cancellationToken).AsTask();

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
