using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using VideoGen.ServiceDefaults.Callers;

namespace VideoGen.ServiceDefaults.Resilience;

public static class ServiceClientExtensions
{
    /// <summary>
    /// A typed client of another service: found by discovery, with a caller token, a time-out, and retries for safe methods.
    /// </summary>
    /// <param name="timeout">For the whole call with its retries; 10 s unless told.</param>
    public static IHttpClientBuilder AddServiceClient<TClient>(this IServiceCollection services, string service, TimeSpan? timeout = null)
        where TClient : class =>
        services.AddHttpClient<TClient>(typeof(TClient).FullName!, client =>
            {
                client.BaseAddress = new Uri($"http://{service}/");
                client.Timeout = timeout ?? TimeSpan.FromSeconds(10);
            })
            // Every call has a span and is counted; the factory's own log lines, off as they were, cost at each call all the same.
            .RemoveAllLoggers()
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
            {
                UseProxy = false,
                UseCookies = false,
                AllowAutoRedirect = false,
                ConnectTimeout = TimeSpan.FromSeconds(3),
                PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            })
            .AddSafeRetries()
            .AddHttpMessageHandler<CallerHandler>()
            // Innermost, so that a repetition goes to the next replica.
            .AddServiceDiscovery();
}

/// <summary>Attaches a fresh caller token: that of the present request's caller, or one of the service itself.</summary>
public sealed class CallerHandler(CallerToken tokens, IHttpContextAccessor contexts) : DelegatingHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (!request.Headers.Contains(CallerToken.Header))
            request.Headers.Add(CallerToken.Header, tokens.Issue(contexts.HttpContext?.Features.Get<Caller>()));
        return base.SendAsync(request, cancellationToken);
    }
}
