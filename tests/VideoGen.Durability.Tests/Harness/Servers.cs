using Npgsql;
using RabbitMQ.Client;

namespace VideoGen.Durability.Tests.Harness;

/// <summary>The PostgreSQL and RabbitMQ the tests run on. Missing: skipped with the reason, an error where CI=true.</summary>
internal static class Servers
{
    public static string Postgres => Required("ConnectionStrings__videogen");

    public static Uri Rabbit => new(Required("ConnectionStrings__rabbitmq"));

    public static async Task DropSchemaAsync(string schema)
    {
        await using var source = NpgsqlDataSource.Create(Postgres);
        await using var command = source.CreateCommand($"drop schema if exists {schema} cascade");
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Deletes the queues with everything an endpoint declares beside them, and the exchanges.</summary>
    public static async Task DropTopologyAsync(IEnumerable<string> queues, IEnumerable<string> exchanges)
    {
        await using var connection = await new ConnectionFactory { Uri = Rabbit }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        foreach (var queue in queues.SelectMany(name => (string[])[name, name + "_error", name + "_skipped"]))
        {
            await channel.QueueDeleteAsync(queue);
            await channel.ExchangeDeleteAsync(queue);
        }
        foreach (var exchange in exchanges) await channel.ExchangeDeleteAsync(exchange);
    }

    static string Required(string name)
    {
        var value = Environment.GetEnvironmentVariable(name);
        if (!string.IsNullOrEmpty(value)) return value;
        if (Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail($"{name} is not set.");
        Assert.Ignore($"{name} is not set: no server to test on.");
        return "";
    }
}
