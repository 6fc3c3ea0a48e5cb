using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace VideoGen.Storage.Objects;

/// <summary>Whether the object store can be used and, in words that anybody may read, why not.</summary>
internal sealed class ObjectStoreCheck(IObjectStore objects, TimeProvider time) : IHealthCheck
{
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        using var limit = new CancellationTokenSource(Limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            await objects.CheckAsync(either.Token);
            return HealthCheckResult.Healthy();
        }
        catch (IOException fault)
        {
            return Unhealthy(fault);
        }
        catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
        {
            return HealthCheckResult.Unhealthy($"The object store has not answered for {Limit.TotalSeconds:0} s.", late);
        }
    }

    /// <summary>The exception is for the log. One that says the same would make /health take the reason for its text, and withhold it.</summary>
    static HealthCheckResult Unhealthy(IOException fault)
    {
        var reason = fault switch
        {
            ObjectStoreException { Reason: var told } => told,
            StorageFullException => fault.Message,
            _ => "The object store can't be used.",
        };
        return HealthCheckResult.Unhealthy(reason, reason == fault.Message ? fault.InnerException : fault);
    }
}
