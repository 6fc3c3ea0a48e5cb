using MassTransit;
using Npgsql;
using VideoGen.Durability.Tests.Contracts.Events;
using VideoGen.Durability.Tests.Harness;
using VideoGen.Testing;

namespace VideoGen.Durability.Tests.Recovery;

/// <summary>
/// The broker is stopped in the middle of its work (SIGSTOP) under a steady stream of messages, while the database ends its sessions
/// again and again; then it goes on. Alone, for it has servers of its own.
/// </summary>
[NonParallelizable]
public sealed class A_broker_that_freezes
{
    /// <summary>After the thaw, the backlog of the longest freeze is worked off within this.</summary>
    static readonly TimeSpan Delivered = TimeSpan.FromSeconds(60);

    [Test]
    public Task For_a_minute_holds_up_nothing_after_it() => FreezeAsync(TimeSpan.FromSeconds(60));

    [Test, Explicit("It takes seven minutes.")]
    public Task For_six_minutes_holds_up_nothing_after_it() => FreezeAsync(TimeSpan.FromMinutes(6));

    static async Task FreezeAsync(TimeSpan length)
    {
        await using var servers = await PrivateServers.StartAsync();
        await using var app = await DurableApplication.StartAsync(new(bus => bus.AddConsumer<Consumer>(), Servers: servers));
        using var end = new CancellationTokenSource();
        var stream = PublishAsync(app, end.Token);
        await Eventually.ThatAsync(async () => await CountAsync(servers, app, "effect") > 20, because: "messages flow");

        servers.RabbitMq.Freeze();
        await TerminateAsync(servers, app, length);
        servers.RabbitMq.Thaw();

        var waiting = await CountAsync(servers, app, "outbox");
        var thawed = System.Diagnostics.Stopwatch.StartNew();
        await end.CancelAsync();
        var published = await stream;
        await Eventually.ThatAsync(async () => await CountAsync(servers, app, "outbox") == 0, Delivered, "the outbox is empty");
        await Eventually.ThatAsync(async () => await CountAsync(servers, app, "(select distinct subject from effect) s") >= published.Count, Delivered, "all have arrived");
        await TestContext.Out.WriteLineAsync($"{waiting} rows waited at the thaw; all were delivered {thawed.Elapsed.TotalSeconds:F1} s later");

        Assert.That(waiting, Is.GreaterThan(20), "the stream went on");
        Assert.That(await CountAsync(servers, app, "effect"), Is.EqualTo(await CountAsync(servers, app, "(select distinct subject from effect) s")), "each effect once");
    }

    /// <summary>What was published in a transaction that committed.</summary>
    static async Task<IReadOnlyCollection<Guid>> PublishAsync(DurableApplication app, CancellationToken ct)
    {
        var published = new List<Guid>();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (!ct.IsCancellationRequested && await timer.WaitForNextTickAsync(CancellationToken.None))
        {
            var id = Guid.NewGuid();
            try
            {
                await app.PublishAsync(new ThingHappened(id));
                published.Add(id);
            }
            catch (NpgsqlException)
            {
                // Its session was ended. When that was during the commit it may have been published all the same.
            }
        }
        return published;
    }

    static async Task TerminateAsync(PrivateServers servers, DurableApplication app, TimeSpan length)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(2));
        var since = System.Diagnostics.Stopwatch.StartNew();
        while (since.Elapsed < length && await timer.WaitForNextTickAsync())
            await ScalarAsync(servers, app, "select count(pg_terminate_backend(pid)) from pg_stat_activity where pid <> pg_backend_pid() and application_name like 'videogen-%'");
    }

    static Task<long> CountAsync(PrivateServers servers, DurableApplication app, string what) => ScalarAsync(servers, app, "select count(*) from " + what);

    /// <summary>Not over the application's pool, whose sessions are being ended.</summary>
    static async Task<long> ScalarAsync(PrivateServers servers, DurableApplication app, string sql)
    {
        await using var connection = new NpgsqlConnection(servers.Postgres.ConnectionString + ";Pooling=false;Search Path=" + app.Schema);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    internal sealed class Consumer(UnitOfWork work) : IConsumer<ThingHappened>
    {
        public Task Consume(ConsumeContext<ThingHappened> context) => work.EffectAsync(context.Message.Id, "happened");
    }
}
