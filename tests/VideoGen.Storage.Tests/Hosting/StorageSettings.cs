using MassTransit;
using RabbitMQ.Client;
using VideoGen.Storage.Contracts.Commands;
using VideoGen.Storage.Contracts.Events;
using VideoGen.Storage.Ingest;
using VideoGen.Testing;

namespace VideoGen.Storage.Tests.Hosting;

/// <summary>What one running Storage has to itself: schema, bus prefix, folder. Removed when disposed.</summary>
internal sealed class StorageSettings : IAsyncDisposable
{
    StorageSettings(TestDatabase database, string prefix, string folder, string[] arguments) =>
        (Database, Prefix, Folder, Arguments) = (database, prefix, folder, arguments);

    public TestDatabase Database { get; }

    public string Prefix { get; }

    public string Folder { get; }

    /// <summary>Command-line arguments of the service.</summary>
    public string[] Arguments { get; }

    public static async Task<StorageSettings> CreateAsync(params string[] more)
    {
        var database = await TestDatabase.CreateAsync("storage");
        var prefix = TestServers.NewBusPrefix("storage").TrimEnd('-');
        var folder = Directory.CreateTempSubdirectory("videogen-storage-").FullName;
        string[] arguments =
        [
            $"ConnectionStrings:videogen={await TestServers.PostgresAsync()}", $"ConnectionStrings:rabbitmq={await TestServers.RabbitMqAsync()}",
            $"Database:Schema={database.Schema}", $"Bus:Prefix={prefix}", $"Storage:Folder={folder}", $"Caller:SigningKey={Keys.Caller}", $"Links:SigningKey={Keys.Links}",
            "Links:PublicUrl=http://gateway.example:8080", "urls=http://127.0.0.1:0", "Logging:LogLevel:Default=Warning", "Egress:AllowNetworks:0=127.0.0.0/8", .. more,
        ];
        return new StorageSettings(database, prefix, folder, [.. arguments.Select(argument => "--" + argument)]);
    }

    public async ValueTask DisposeAsync()
    {
        await DeleteQueuesAsync();
        await Database.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    async Task DeleteQueuesAsync()
    {
        var names = new KebabCaseEndpointNameFormatter(Prefix, includeNamespace: false);
        string[] queues = [names.Consumer<IngestOutputsConsumer>(), names.Consumer<DiscardOutputsConsumer>()];
        Type[] messages = [typeof(IngestOutputs), typeof(DiscardOutputs), typeof(OutputsIngested), typeof(IngestFailed)];
        await using var connection = await new ConnectionFactory { Uri = new Uri(await TestServers.RabbitMqAsync()) }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        foreach (var name in queues.SelectMany(queue => (string[])[queue, queue + "_dead"]))
        {
            await channel.QueueDeleteAsync(name);
            await channel.ExchangeDeleteAsync(name);
        }
        foreach (var message in messages) await channel.ExchangeDeleteAsync($"{Prefix}-{message.Namespace}:{message.Name}");
    }
}
