using Npgsql;
using VideoGen.LocalServers;
using VideoGen.Testing;

namespace VideoGen.Hosting.LocalServers.Tests;

public sealed class Private_servers
{
    private PrivateServers _servers = null!;

    [OneTimeSetUp]
    public async Task Start() => _servers = await PrivateServers.StartAsync();

    [OneTimeTearDown]
    public async Task End() => await _servers.DisposeAsync();

    [Test]
    public async Task Keep_committed_rows_over_a_kill_and_a_restart()
    {
        await ExecuteAsync("CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)");
        await _servers.Postgres.KillAsync();
        await _servers.Postgres.StartAsync();
        Assert.That(await ExecuteAsync("SELECT n FROM kept"), Is.EqualTo(7));
    }

    [Test]
    public async Task Start_again_while_a_child_of_the_killed_one_still_works()
    {
        await using var busy = new NpgsqlConnection($"{_servers.Postgres.ConnectionString};Pooling=false;Command Timeout=0");
        await busy.OpenAsync();
        await using var work = new NpgsqlCommand("DO $$ BEGIN LOOP EXIT WHEN clock_timestamp() > now() + interval '2 s'; END LOOP; END $$", busy);
        var working = work.ExecuteNonQueryAsync();
        await ExecuteAsync("SELECT 1");
        await _servers.Postgres.KillAsync();
        await _servers.Postgres.StartAsync();
        Assert.That(working.IsCompleted, "the child had gone on without its server");
        Assert.That(await ExecuteAsync("SELECT 1"), Is.EqualTo(1));
    }

    [Test]
    public async Task Answer_an_AMQP_handshake_again_after_a_kill_and_a_restart()
    {
        await _servers.RabbitMq.KillAsync();
        Assert.That(await AnswerAsync(_servers.RabbitMq.ConnectionString), Is.EqualTo(AmqpAnswer.Unreachable));
        await _servers.RabbitMq.StartAsync();
        Assert.That(await AnswerAsync(_servers.RabbitMq.ConnectionString), Is.EqualTo(AmqpAnswer.Open));
    }

    [Test]
    public async Task Refuse_the_well_known_guest() =>
        Assert.That(await AnswerAsync($"amqp://guest:guest@127.0.0.1:{new Uri(_servers.RabbitMq.ConnectionString).Port}"), Is.EqualTo(AmqpAnswer.Refused));

    [Test]
    public async Task Give_databases_the_limits_that_keep_them_from_hanging()
    {
        Assert.Multiple(async () =>
        {
            Assert.That(await ExecuteAsync("SHOW lock_timeout"), Is.EqualTo("5s"));
            Assert.That(await ExecuteAsync("SHOW idle_in_transaction_session_timeout"), Is.EqualTo("30s"));
            Assert.That(await ExecuteAsync("SHOW max_connections"), Is.EqualTo("300"));
            Assert.That(await ExecuteAsync("SHOW synchronous_commit"), Is.EqualTo("on"));
        });
    }

    private static Task<AmqpAnswer> AnswerAsync(string broker) => AmqpHandshake.TryAsync(new(broker), CancellationToken.None);

    private async Task<object?> ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection($"{_servers.Postgres.ConnectionString};Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}
