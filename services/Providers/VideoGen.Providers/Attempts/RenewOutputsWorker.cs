using MassTransit;
using VideoGen.Durability;
using VideoGen.HttpApi.Errors;
using VideoGen.Providers.Connectors;
using VideoGen.Providers.Contracts.Events;
using VideoGen.ServiceDefaults.Telemetry;

namespace VideoGen.Providers.Attempts;

/// <summary>Asks the vendor for fresh links to what it has made, and says so, or that the result is lost.</summary>
internal sealed class RenewOutputsWorker(GenerationStore store, ConnectorRegistry connectors, UnitOfWork work, IPublishEndpoint bus) : IDueWorkHandler
{
    public const string Kind = "renew-outputs";

    /// <summary>A vendor that can't be reached is asked this often, over several minutes.</summary>
    const int Tries = 12;

    public async Task<DueWorkResult> RunAsync(DueWorkItem item, CancellationToken ct)
    {
        if (await store.FindAttemptAsync(item.Id, ct) is not { State: AttemptState.Succeeded } attempt) return DueWorkResult.Done;
        JobTrace.Mark(attempt.JobId);
        var fresh = connectors.Find(attempt.Connector) is { } connector && item.Attempts <= Tries ? await connector.RenewOutputsAsync(attempt.Work, ct) : new VendorState.Gone();
        if (fresh is VendorState.Unknown unknown) throw new InvalidOperationException($"{attempt.Connector} could not say how the work stands: {unknown.Detail}");
        await work.BeginAsync(ct);
        if (fresh is VendorState.Succeeded succeeded)
        {
            await GenerationStore.SucceedAsync(work, attempt.Id, succeeded, attempt.CostUsd, ct);
            await bus.Publish(new GenerationSucceeded(attempt.JobId, attempt.Id, attempt.Connector, succeeded.Outputs, succeeded.Text, succeeded.ExpireAt), ct);
        }
        else
        {
            await bus.Publish(
                new GenerationFailed(attempt.JobId, attempt.Id, ErrorCodes.ProviderLostJob.Code, "The provider no longer has the result."), ct);
        }

        await item.CompleteAsync(work, ct);
        await work.CommitAsync(ct);
        return DueWorkResult.Handled;
    }
}
