using System.Net;
using Polly;
using Polly.Retry;

namespace VideoGen.ServiceDefaults.Resilience;

/// <summary>
/// Repeats a failed call to another service, only where repeating is harmless: GET, HEAD, OPTIONS, PUT and DELETE. A POST is
/// never repeated; it would buy two videos. A body that was streamed can't be sent again and isn't.
/// </summary>
public sealed class SafeRetryHandler : DelegatingHandler
{
    static readonly ResiliencePipeline<HttpResponseMessage> Retries = new ResiliencePipelineBuilder<HttpResponseMessage>()
        .AddRetry(new RetryStrategyOptions<HttpResponseMessage>
        {
            MaxRetryAttempts = 3,
            Delay = TimeSpan.FromMilliseconds(100),
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            ShouldHandle = outcome => ValueTask.FromResult(outcome.Outcome switch
            {
                { Exception: HttpRequestException } => true,
                { Result.StatusCode: HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout } => true,
                _ => false,
            }),
        })
        .Build();

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        IsRepeatable(request)
            ? Retries.ExecuteAsync(async ct => await base.SendAsync(request, ct), cancellationToken).AsTask()
            : base.SendAsync(request, cancellationToken);

    static bool IsRepeatable(HttpRequestMessage request) =>
        request.Content is not StreamContent
        && (request.Method == HttpMethod.Get || request.Method == HttpMethod.Head || request.Method == HttpMethod.Options
            || request.Method == HttpMethod.Put || request.Method == HttpMethod.Delete);
}
