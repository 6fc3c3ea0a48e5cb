using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using VideoGen.Durability.Tests.Harness;
using VideoGen.Testing;

namespace VideoGen.Durability.Tests;

public sealed class Connecting_to_the_database
{
    DurableApplication _app = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _app = await DurableApplication.StartAsync(new(Bus: null));

    [OneTimeTearDown]
    public ValueTask StopAsync() => _app.DisposeAsync();

    [Test]
    public async Task A_statement_that_is_used_again_is_prepared()
    {
        await using var connection = await _app.Database.OpenConnectionAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "select count(*) from pg_prepared_statements where statement like '%' || $1 || '%' and not from_sql";
        command.Parameters.Add(new() { Value = "pg_prepared_statements" });
        var seen = new List<object?>();
        for (var use = 0; use < 3; use++) seen.Add(await command.ExecuteScalarAsync());
        Assert.That(seen, Is.EqualTo(new object[] { 0L, 1L, 1L }));
    }

    [Test]
    public async Task A_connection_says_whose_it_is()
    {
        await using var command = _app.Database.CreateCommand("select current_setting('application_name')");
        Assert.That(await command.ExecuteScalarAsync(), Is.EqualTo("videogen-" + _app.Schema));
    }

    /// <summary>A pooled session is not reset when it goes back, so what was begun in it must be over.</summary>
    [Test]
    public async Task A_connection_that_was_given_back_in_a_transaction_comes_without_one([Values] bool failed)
    {
        var settings = new NpgsqlConnectionStringBuilder(_app.Database.ConnectionString);
        Assert.That(settings.NoResetOnClose, Is.True);
        await using var source = NpgsqlDataSource.Create(
            $"{TestServers.PostgresConnectionString};No Reset On Close=true;Max Auto Prepare={settings.MaxAutoPrepare};Maximum Pool Size=1");
        int first;
        await using (var left = await source.OpenConnectionAsync())
        {
            first = left.ProcessID;
            var transaction = await left.BeginTransactionAsync();
            await using var command = new NpgsqlCommand(
                "select set_config('lock_timeout', '7s', true), pg_advisory_xact_lock(4711)", left, transaction);
            await command.ExecuteNonQueryAsync();
            command.CommandText = "select 1 / 0";
            if (failed) await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync());
        }
        await using var next = await source.OpenConnectionAsync();
        Assert.That(next.ProcessID, Is.EqualTo(first), "the same session");
        await using var look = new NpgsqlCommand("""
            select current_setting('lock_timeout') <> '7s',
              not exists (select from pg_locks where locktype = 'advisory' and pid = pg_backend_pid())
            """, next);
        await using var row = await look.ExecuteReaderAsync();
        await row.ReadAsync();
        Assert.That(new[] { row.GetBoolean(0), row.GetBoolean(1) }, Is.All.True);
    }

    /// <summary>A lock that lasts is kept in a session that ends with whoever took it.</summary>
    [Test]
    public async Task A_session_of_ones_own_ends_when_it_is_disposed()
    {
        var sessions = _app.Services.GetRequiredService<OwnSessions>();
        var own = await sessions.OpenAsync(default);
        var process = own.ProcessID;
        await own.DisposeAsync();
        await using var command = _app.Database.CreateCommand("select count(*) from pg_stat_activity where pid = $1");
        command.Parameters.Add(new() { Value = process });
        await Eventually.ThatAsync(async () => (long)(await command.ExecuteScalarAsync())! == 0, because: "the session is gone");
    }
}
