using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience;
using Polly;

namespace VideoGen.ServiceDefaults.Resilience;

/// <summary>
/// Repeats a failed call to another service, only where repeating is harmless: GET, HEAD, OPTIONS, PUT and DELETE. A POST is never repeated:
/// it would buy two videos. A streamed body can't be sent again, so it is never repeated either.
/// <para>
/// There is no circuit breaker on purpose: it would turn a slow minute of one replica into refusals of the whole service, and every client has
/// a time-out of its own already.
/// </para>
/// </summary>
static class SafeRetries
{
    static readonly HashSet<HttpMethod> SafeMethods = [HttpMethod.Get, HttpMethod.Head, HttpMethod.Options, HttpMethod.Put, HttpMethod.Delete];

    internal static IHttpClientBuilder AddSafeRetries(this IHttpClientBuilder client)
    {
        client.AddResilienceHandler("safe-retries", pipeline =>
        {
            // The pause before a repetition is real, also where the service's clock is a test's and stands still.
            pipeline.TimeProvider = TimeProvider.System;
            pipeline.AddRetry(new HttpRetryStrategyOptions
            {
                MaxRetryAttempts = 3,
                Delay = TimeSpan.FromMilliseconds(100),
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                // The answer's own wish may be longer than the whole call may take.
                ShouldRetryAfterHeader = false,
                ShouldHandle = attempt =>
                    ValueTask.FromResult(HasFailed(attempt.Outcome) && IsRepeatable(attempt.Context.GetRequestMessage())),
            });
        });
        return client;
    }

    static bool HasFailed(Outcome<HttpResponseMessage> outcome) =>
        outcome.Exception is HttpRequestException
        || outcome.Result?.StatusCode is HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    static bool IsRepeatable(HttpRequestMessage? request) => request is { Content: not StreamContent } && SafeMethods.Contains(request.Method);
}
