using System.Collections.Concurrent;
using System.Text.Json;
using MassTransit;
using RabbitMQ.Client;
using VideoGen.Jobs.Contracts.Events;
using VideoGen.Providers.Contracts;
using VideoGen.Providers.Contracts.Commands;
using VideoGen.Providers.Contracts.Events;
using VideoGen.Testing;

namespace VideoGen.Providers.Tests.Harness;

/// <summary>Plays the part of Jobs on the bus: sends commands, keeps every event in the order of its coming.</summary>
internal sealed class JobsSide : IAsyncDisposable
{
    static readonly Type[] Messages =
    [
        typeof(StartGeneration), typeof(CancelGeneration), typeof(RenewOutputs), typeof(GenerationStarted), typeof(GenerationProgressed),
        typeof(GenerationSucceeded), typeof(GenerationFailed), typeof(GenerationCancelled), typeof(GenerationUnknown), typeof(AttemptEnded),
        typeof(AccountErased),
    ];

    readonly string _rabbitMq;
    readonly IBusControl _bus;
    readonly ConcurrentDictionary<Guid, ConcurrentQueue<object>> _events = new();
    readonly ConcurrentDictionary<Guid, bool> _seen = new();

    JobsSide(string rabbitMq, string prefix)
    {
        (_rabbitMq, Prefix) = (rabbitMq, prefix);
        _bus = Bus.Factory.CreateUsingRabbitMq(rabbit =>
        {
            rabbit.Host(new Uri(rabbitMq));
            rabbit.MessageTopology.SetEntityNameFormatter(new PrefixEntityNameFormatter(rabbit.MessageTopology.EntityNameFormatter, prefix + "-"));
            rabbit.ReceiveEndpoint(new TemporaryEndpointDefinition(), endpoint =>
            {
                endpoint.ConcurrentMessageLimit = 1;
                Keep<GenerationStarted>(endpoint, message => message.JobId);
                Keep<GenerationProgressed>(endpoint, message => message.JobId);
                Keep<GenerationSucceeded>(endpoint, message => message.JobId);
                Keep<GenerationFailed>(endpoint, message => message.JobId);
                Keep<GenerationCancelled>(endpoint, message => message.JobId);
                Keep<GenerationUnknown>(endpoint, message => message.JobId);
                Keep<AttemptEnded>(endpoint, message => message.JobId);
            });
        });
    }

    public string Prefix { get; }

    public static async Task<JobsSide> StartAsync()
    {
        var side = new JobsSide(await TestServers.RabbitMqAsync(), TestServers.NewBusPrefix("providers"));
        await side._bus.StartAsync();
        return side;
    }

    /// <summary>Sends a command, the given number of times.</summary>
    public async Task SendAsync<T>(T command, int times = 1) where T : class
    {
        for (var time = 0; time < times; time++) await _bus.Publish(command);
    }

    /// <summary>Asks for a generation and answers its job's id.</summary>
    /// <param name="script">Set: it is a test key's job.</param>
    public async Task<Guid> StartAsync(string model, object input, SimulatorScript? script = null, IReadOnlyList<GenerationAsset>? assets = null,
        bool? test = null, DateTimeOffset? deadline = null, int times = 1)
    {
        var start = new StartGeneration(Guid.CreateVersion7(), Guid.CreateVersion7(), model, JsonSerializer.SerializeToElement(input), assets ?? [],
            test ?? script is not null, script, deadline ?? DateTimeOffset.UtcNow.AddMinutes(10));
        await SendAsync(start, times);
        return start.JobId;
    }

    public IReadOnlyList<object> EventsOf(Guid jobId) => _events.TryGetValue(jobId, out var events) ? [.. events] : [];

    public IReadOnlyList<T> EventsOf<T>(Guid jobId) => [.. EventsOf(jobId).OfType<T>()];

    public Task<T> WaitForAsync<T>(Guid jobId, TimeSpan? deadline = null) where T : class => Eventually.GetAsync(
        () => Task.FromResult(EventsOf(jobId).OfType<T>().FirstOrDefault()), deadline ?? TimeSpan.FromSeconds(40),
        $"{typeof(T).Name} of {jobId} comes; there came {string.Join(", ", EventsOf(jobId))}");

    /// <summary>The kinds of events without progress, in order: <c>Started Succeeded</c>.</summary>
    public string StoryOf(Guid jobId) => string.Join(' ', EventsOf(jobId)
        .Where(message => message is not (GenerationProgressed or AttemptEnded))
        .Select(message => message.GetType().Name["Generation".Length..]));

    public async ValueTask DisposeAsync()
    {
        await _bus.StopAsync();
        await using var connection = await new ConnectionFactory { Uri = new Uri(_rabbitMq) }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        foreach (var endpoint in (string[])["start-generation", "cancel-generation", "renew-outputs", "erase-generations"])
        {
            foreach (var queue in (string[])[$"{Prefix}{endpoint}", $"{Prefix}-{endpoint}"])
            {
                foreach (var ending in (string[])["", "_dead", "_error", "_skipped"])
                {
                    await channel.QueueDeleteAsync(queue + ending, ifUnused: false, ifEmpty: false);
                    await channel.ExchangeDeleteAsync(queue + ending);
                }
            }
        }

        foreach (var message in Messages) await channel.ExchangeDeleteAsync($"{Prefix}-{message.Namespace}:{message.Name}");
    }

    void Keep<T>(IReceiveEndpointConfigurator endpoint, Func<T, Guid> job) where T : class => endpoint.Handler<T>(context =>
    {
        // As the inbox of Jobs does: a message that comes twice counts once.
        if (!_seen.TryAdd(context.MessageId!.Value, value: true)) return Task.CompletedTask;
        _events.GetOrAdd(job(context.Message), _ => new ConcurrentQueue<object>()).Enqueue(context.Message);
        return Task.CompletedTask;
    });
}
