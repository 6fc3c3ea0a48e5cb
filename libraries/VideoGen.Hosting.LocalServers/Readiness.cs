using System.Diagnostics;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace VideoGen.Hosting.LocalServers;

/// <summary>
/// A health check that waits for the answer. Aspire asks again only after 1, 2, 3 … 5 seconds, so that a resource which is ready a moment
/// after the question keeps everything that waits for it waiting; this check asks every 50 ms and answers at once.
/// </summary>
internal static class Readiness
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    internal static IResourceBuilder<T> WithReadiness<T>(this IResourceBuilder<T> builder, Func<CancellationToken, Task<bool>> isReady)
        where T : IResource
    {
        var check = $"{builder.Resource.Name}_ready";
        builder.ApplicationBuilder.Services.AddHealthChecks().AddAsyncCheck(check, cancellationToken => WaitAsync(isReady, cancellationToken));
        return builder.WithHealthCheck(check);
    }

    private static async Task<HealthCheckResult> WaitAsync(Func<CancellationToken, Task<bool>> isReady, CancellationToken cancellationToken)
    {
        var waiting = Stopwatch.StartNew();
        while (!await isReady(cancellationToken))
        {
            if (waiting.Elapsed > Patience)
                return HealthCheckResult.Unhealthy("It does not answer.");
            await Task.Delay(Pause, cancellationToken);
        }

        return HealthCheckResult.Healthy();
    }
}
