using Npgsql;
using VideoGen.Testing;

namespace VideoGen.LocalHosting.Tests.Runs;

[Parallelizable(ParallelScope.Self)]
public sealed class Given_servers
{
    private readonly string _database = $"given_{Guid.NewGuid():n}";

    [TearDown]
    public async Task Drop() => await OnServerAsync($"DROP DATABASE IF EXISTS {_database} WITH (FORCE)");

    [Test]
    public async Task Are_used_in_place_of_private_ones_and_get_a_missing_database()
    {
        var connectionString = new NpgsqlConnectionStringBuilder(await TestServers.PostgresAsync()) { Database = _database }.ConnectionString;
        var broker = await TestServers.RabbitMqAsync();
        await using var system = await SampleSystem.StartAsync(
            ("Sample__Servers", "true"), ("ConnectionStrings__db", connectionString), ("ConnectionStrings__rabbitmq", broker));
        Assert.That(system.Endpoints.Processes.Select(process => process.Name), Is.EquivalentTo(new[] { "first", "second", "third" }));
        Assert.That(system.LogOf("first"), Does.Contain($"ConnectionStrings__db={connectionString}").And.Contain($"ConnectionStrings__rabbitmq={broker}"));
        Assert.That(await OnServerAsync($"SELECT count(*) FROM pg_database WHERE datname = '{_database}'"), Is.EqualTo(1));
    }

    [Test]
    public async Task That_refuse_the_login_end_the_run_with_the_reason()
    {
        var broker = new UriBuilder(await TestServers.RabbitMqAsync()) { Password = "wrong" }.Uri.ToString();
        await using var system = await SampleSystem.LaunchAsync(
            null, ("Sample__Servers", "true"), ("ConnectionStrings__db", await TestServers.PostgresAsync()), ("ConnectionStrings__rabbitmq", broker));
        Assert.That(await system.HostExited.WaitAsync(TimeSpan.FromSeconds(30)), Is.EqualTo(1));
        await Eventually.ThatAsync(() => system.Output.Any(line => line == "error: The broker of ConnectionStrings__rabbitmq refuses that user and password."));
    }

    private static async Task<object?> OnServerAsync(string sql)
    {
        await using var connection = new NpgsqlConnection($"{await TestServers.PostgresAsync()};Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}
