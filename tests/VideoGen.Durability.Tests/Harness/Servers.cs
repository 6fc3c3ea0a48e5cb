using Npgsql;
using RabbitMQ.Client;
using VideoGen.Testing;

namespace VideoGen.Durability.Tests.Harness;

/// <summary>Removes things from the shared servers: what a test has left there, or what it wants gone.</summary>
internal static class Servers
{
    public static async Task DropSchemaAsync(string schema)
    {
        await using var source = NpgsqlDataSource.Create(TestServers.PostgresConnectionString);
        await using var command = source.CreateCommand($"drop schema if exists {schema} cascade");
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Deletes the queues, whereupon the broker cancels their consumers.</summary>
    public static async Task DeleteQueuesAsync(IEnumerable<string> queues)
    {
        await using var connection = await new ConnectionFactory { Uri = new Uri(TestServers.RabbitMqUri) }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        foreach (var queue in queues) await channel.QueueDeleteAsync(queue);
    }

    /// <summary>Puts bytes into a queue that no program of ours wrote.</summary>
    public static async Task PublishAsync(string queue, byte[] body, bool declare)
    {
        await using var connection = await new ConnectionFactory { Uri = new Uri(TestServers.RabbitMqUri) }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync(
            new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true));
        if (declare) await channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false);
        var properties = new BasicProperties { ContentType = "application/vnd.masstransit+json" };
        await channel.BasicPublishAsync("", queue, mandatory: true, properties, body);
    }

    /// <summary>Deletes the queues with everything an endpoint declares beside them, and the exchanges.</summary>
    public static async Task DropTopologyAsync(IEnumerable<string> queues, IEnumerable<string> exchanges)
    {
        await using var connection = await new ConnectionFactory { Uri = new Uri(TestServers.RabbitMqUri) }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        foreach (var queue in queues.SelectMany(name => (string[])[name, name + "_error", name + "_skipped", name + "_dead"]))
        {
            await channel.QueueDeleteAsync(queue);
            await channel.ExchangeDeleteAsync(queue);
        }
        foreach (var exchange in exchanges) await channel.ExchangeDeleteAsync(exchange);
    }
}
