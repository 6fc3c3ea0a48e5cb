using System.Collections.Concurrent;
using MassTransit;
using RabbitMQ.Client;
using VideoGen.Accounts.Contracts.Commands;
using VideoGen.Accounts.Contracts.Events;
using VideoGen.Jobs.Contracts.Commands;
using VideoGen.Jobs.Contracts.Events;
using VideoGen.Providers.Contracts;
using VideoGen.Providers.Contracts.Commands;
using VideoGen.Providers.Contracts.Events;
using VideoGen.Storage.Contracts;
using VideoGen.Storage.Contracts.Commands;
using VideoGen.Storage.Contracts.Events;
using VideoGen.Testing;

namespace VideoGen.Jobs.Tests.Harness;

/// <summary>
/// Accounts, Providers and Storage on the bus: keeps every command in the order of its coming and answers as the script says. The
/// script that a fixture starts with makes every job succeed.
/// </summary>
internal sealed class BusSide : IAsyncDisposable
{
    static readonly Type[] Messages =
    [
        typeof(ConfirmHold), typeof(CaptureCredits), typeof(CreditsCaptured), typeof(ReleaseCredits), typeof(HoldLost),
        typeof(StartGeneration), typeof(CancelGeneration),
        typeof(RenewOutputs), typeof(GenerationStarted), typeof(GenerationProgressed), typeof(GenerationSucceeded), typeof(GenerationFailed),
        typeof(GenerationCancelled), typeof(GenerationUnknown), typeof(AttemptEnded),
        typeof(IngestOutputs), typeof(DiscardOutputs), typeof(OutputsIngested), typeof(IngestFailed),
        typeof(BeginJob), typeof(UseSlot), typeof(CancelJob), typeof(EndOverdueJob), typeof(JobQueued), typeof(JobStarted), typeof(JobProgressed),
        typeof(JobCompleted), typeof(JobFailed), typeof(JobCancelled), typeof(JobEvent), typeof(AccountClosed), typeof(AccountErased),
    ];

    readonly string _rabbitMq;
    readonly IBusControl _bus;
    readonly ConcurrentDictionary<Guid, ConcurrentQueue<object>> _commands = new();

    BusSide(string rabbitMq, string prefix)
    {
        (_rabbitMq, Prefix) = (rabbitMq, prefix);
        _bus = Bus.Factory.CreateUsingRabbitMq(rabbit =>
        {
            rabbit.Host(new Uri(rabbitMq));
            rabbit.MessageTopology.SetEntityNameFormatter(new PrefixEntityNameFormatter(rabbit.MessageTopology.EntityNameFormatter, prefix + "-"));
            rabbit.ReceiveEndpoint(new TemporaryEndpointDefinition(), endpoint =>
            {
                endpoint.PrefetchCount = 64;
                Take<ConfirmHold>(endpoint, message => message.JobId);
                Take<CaptureCredits>(endpoint, message => message.JobId);
                Take<ReleaseCredits>(endpoint, message => message.JobId);
                Take<StartGeneration>(endpoint, message => message.JobId);
                Take<CancelGeneration>(endpoint, message => message.JobId);
                Take<RenewOutputs>(endpoint, message => message.JobId);
                Take<IngestOutputs>(endpoint, message => message.JobId);
                Take<DiscardOutputs>(endpoint, message => message.JobId);
                Take<AccountErased>(endpoint, message => message.AccountId);
            });
        });
        Answer = SucceedAsync;
    }

    public string Prefix { get; }

    /// <summary>What happens on a command; the commands of one job come one after another.</summary>
    public Func<object, Task> Answer { get; set; }

    public static async Task<BusSide> StartAsync(string name)
    {
        var side = new BusSide(await TestServers.RabbitMqAsync(), TestServers.NewBusPrefix(name));
        await side._bus.StartAsync();
        return side;
    }

    /// <summary>Accounts tells that it has captured, whatever else the script says. False: the test does.</summary>
    public bool Captures { get; set; } = true;

    /// <summary>Nobody answers anything but captures: the test says every other word itself.</summary>
    public void KeepSilent() => Answer = _ => Task.CompletedTask;

    public Task PublishAsync(object message, Guid? messageId = null) =>
        _bus.Publish(message, context => context.MessageId = messageId ?? NewId.NextGuid());

    public IReadOnlyList<object> CommandsOf(Guid jobId) => _commands.TryGetValue(jobId, out var commands) ? [.. commands] : [];

    public IReadOnlyList<T> CommandsOf<T>(Guid jobId) => [.. CommandsOf(jobId).OfType<T>()];

    /// <summary>The names of the commands of a job, in order of their names: they come by several queues.</summary>
    public string NamesOf(Guid jobId) => string.Join(' ', CommandsOf(jobId).Select(command => command.GetType().Name).Order(StringComparer.Ordinal));

    public Task<T> WaitForAsync<T>(Guid jobId) where T : class => Eventually.GetAsync(
        () => Task.FromResult(CommandsOf(jobId).Reverse().OfType<T>().FirstOrDefault()), because: $"{typeof(T).Name} for {jobId}");

    public Task WaitForAsync<T>(Guid jobId, int count) where T : class =>
        Eventually.ThatAsync(() => CommandsOf<T>(jobId).Count >= count, because: $"{count} × {typeof(T).Name} for {jobId}");

    public async Task SucceedAsync(object command)
    {
        switch (command)
        {
            case StartGeneration start:
                var attempt = Words.AttemptOf(start.JobId);
                await PublishAsync(new GenerationStarted(start.JobId, attempt, 1, "simulator", DateTimeOffset.UtcNow));
                await PublishAsync(Words.Succeeded(start.JobId));
                break;
            case RenewOutputs renew:
                await PublishAsync(Words.Succeeded(renew.JobId));
                break;
            case CancelGeneration cancel:
                await PublishAsync(new GenerationCancelled(cancel.JobId, Words.AttemptOf(cancel.JobId)));
                break;
            case IngestOutputs ingest:
                await PublishAsync(Words.Ingested(ingest.JobId));
                break;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _bus.StopAsync();
        await using var connection = await new ConnectionFactory { Uri = new Uri(_rabbitMq) }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        foreach (var queue in (string[])[Prefix + "job", Prefix + "-job", Prefix + "account-closed", Prefix + "-account-closed"])
        {
            foreach (var ending in (string[])["", "_dead", "_error", "_skipped"])
            {
                await channel.QueueDeleteAsync(queue + ending, ifUnused: false, ifEmpty: false);
                await channel.ExchangeDeleteAsync(queue + ending);
            }
        }
        foreach (var message in Messages) await channel.ExchangeDeleteAsync($"{Prefix}-{message.Namespace}:{message.Name}");
    }

    void Take<T>(IReceiveEndpointConfigurator endpoint, Func<T, Guid> job) where T : class => endpoint.Handler<T>(async context =>
    {
        _commands.GetOrAdd(job(context.Message), _ => new ConcurrentQueue<object>()).Enqueue(context.Message);
        if (Captures && context.Message is CaptureCredits due) await PublishAsync(new CreditsCaptured(due.JobId, due.AccountId));
        await Answer(context.Message);
    });
}

/// <summary>What the other services say.</summary>
internal static class Words
{
    /// <summary>Every job of the tests has one attempt, whose id follows from the job's.</summary>
    public static Guid AttemptOf(Guid jobId)
    {
        var bytes = jobId.ToByteArray();
        bytes[0] ^= 0xFF;
        return new Guid(bytes);
    }

    public static GenerationStarted Started(Guid jobId, int number = 1) => new(jobId, AttemptOf(jobId), number, "simulator", DateTimeOffset.UtcNow);

    public static GenerationProgressed Progressed(Guid jobId, long sequence, int percent) =>
        new(jobId, AttemptOf(jobId), sequence, percent, "frame_generation", Message: null);

    public static GenerationSucceeded Succeeded(Guid jobId) => new(
        jobId, AttemptOf(jobId), "simulator", [new GenerationOutput("video", new Uri($"http://vendor/{jobId}.mp4"), Inline: null, "video/mp4")],
        Text: null, OutputsExpireAt: null);

    public static OutputsIngested Ingested(Guid jobId) => new(jobId, AttemptOf(jobId),
        [new StoredAsset(Guid.CreateVersion7(), "video", "video/mp4", "video.mp4", 12345, new string('a', 64), 1280, 720, 5.06, 16, HasAudio: false, HasThumbnail: true, HasPreview: true, "h264", 20)]);

    public static IngestFailed NotIngested(Guid jobId, int round, bool linkExpired, string code = "link_expired") =>
        new(jobId, AttemptOf(jobId), round, code, "The file could not be fetched.", linkExpired);
}
