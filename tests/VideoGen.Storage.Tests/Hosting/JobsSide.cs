using System.Collections.Concurrent;
using MassTransit;
using VideoGen.Storage.Contracts.Events;
using VideoGen.Testing;

namespace VideoGen.Storage.Tests.Hosting;

/// <summary>What Jobs is to Storage: sends commands, hears the events.</summary>
internal sealed class JobsSide : IAsyncDisposable
{
    readonly IBusControl _bus;
    readonly ConcurrentQueue<OutputsIngested> _ingested = new();
    readonly ConcurrentQueue<IngestFailed> _failed = new();

    JobsSide(string prefix, string broker) => _bus = Bus.Factory.CreateUsingRabbitMq(rabbit =>
    {
        rabbit.Host(new Uri(broker));
        rabbit.MessageTopology.SetEntityNameFormatter(new PrefixEntityNameFormatter(rabbit.MessageTopology.EntityNameFormatter, prefix + "-"));
        rabbit.ReceiveEndpoint(new TemporaryEndpointDefinition(), KebabCaseEndpointNameFormatter.Instance, endpoint =>
        {
            endpoint.Handler<OutputsIngested>(context => Note(_ingested, context.Message));
            endpoint.Handler<IngestFailed>(context => Note(_failed, context.Message));
        });
    });

    public static async Task<JobsSide> StartAsync(StorageSettings settings)
    {
        var side = new JobsSide(settings.Prefix, await TestServers.RabbitMqAsync());
        await side._bus.StartAsync();
        return side;
    }

    /// <summary>Sends a command under a message id of its own, so that the inbox takes a repetition for a new message.</summary>
    public Task SendAsync<T>(T command) where T : class => _bus.Publish(command);

    public IReadOnlyList<OutputsIngested> IngestedOf(Guid jobId) => [.. _ingested.Where(answer => answer.JobId == jobId)];

    public IReadOnlyList<IngestFailed> FailedOf(Guid jobId) => [.. _failed.Where(answer => answer.JobId == jobId)];

    public async Task<OutputsIngested> UntilIngestedAsync(Guid jobId, TimeSpan? deadline = null)
    {
        await Eventually.ThatAsync(() => IngestedOf(jobId).Count > 0 || FailedOf(jobId).Count > 0, deadline ?? TimeSpan.FromSeconds(30), "the ingest ends");
        Assert.That(FailedOf(jobId), Is.Empty);
        return IngestedOf(jobId)[0];
    }

    public async Task<IngestFailed> UntilFailedAsync(Guid jobId, TimeSpan? deadline = null)
    {
        await Eventually.ThatAsync(() => IngestedOf(jobId).Count > 0 || FailedOf(jobId).Count > 0, deadline ?? TimeSpan.FromSeconds(30), "the ingest ends");
        Assert.That(IngestedOf(jobId), Is.Empty);
        return FailedOf(jobId)[0];
    }

    public async ValueTask DisposeAsync() => await _bus.StopAsync();

    static Task Note<T>(ConcurrentQueue<T> seen, T message)
    {
        seen.Enqueue(message);
        return Task.CompletedTask;
    }
}
