using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using VideoGen.Durability.Tests.Contracts.Events;
using VideoGen.Durability.Tests.Harness;
using VideoGen.Testing;

namespace VideoGen.Durability.Tests.Crashes;

/// <summary>
/// PostgreSQL and RabbitMQ are killed with SIGKILL under a running application, and come back. Alone, for it starts and kills
/// servers of its own.
/// </summary>
[NonParallelizable]
public sealed class Killing_the_servers
{
    const int Messages = 300;

    /// <summary>The backlog of an outage is worked off within this.</summary>
    static readonly TimeSpan Drained = TimeSpan.FromSeconds(120);

    [Test]
    public async Task Loses_nothing_and_repeats_no_effect()
    {
        await using var servers = await PrivateServers.StartAsync();
        await using var app = await DurableApplication.StartAsync(new(bus =>
        {
            bus.AddConsumer<Consumer>();
            bus.AddConsumer<FollowConsumer>();
        }, services => services.AddDueWork<Handler>("kill"), Servers: servers));
        await app.TransactAsync(async (work, services) =>
        {
            for (var i = 0; i < Messages; i++) await services.GetRequiredService<IPublishEndpoint>().Publish(new ThingHappened(Guid.NewGuid()));
            for (var i = 0; i < Messages; i++) await services.GetRequiredService<DueWork>().ScheduleAsync(work, "kill", Guid.NewGuid(), TimeSpan.FromMilliseconds(10 * i));
        });

        foreach (var server in (PrivateServer[])[servers.Postgres, servers.RabbitMq])
        {
            var before = await CountAsync(servers, "effect");
            await server.KillAsync();
            await server.StartAsync();
            await Eventually.ThatAsync(async () => await CountAsync(servers, "effect") is var now && (now > before || now == 3 * Messages),
                TimeSpan.FromSeconds(30), "work goes on after the restart");
        }

        foreach (var what in (string[])["happened", "followed", "worked"])
            await Eventually.ThatAsync(async () => await CountAsync(servers, $"effect where what = '{what}'") >= Messages, Drained, $"all have {what}");
        await Eventually.ThatAsync(async () => await CountAsync(servers, "outbox") + await CountAsync(servers, "due_work") == 0, Drained, "nothing is left");
        Assert.That(await CountAsync(servers, "effect"), Is.EqualTo(3 * Messages));
        Assert.That(await CountAsync(servers, "(select distinct subject, what from effect) d"), Is.EqualTo(3 * Messages));

        async Task<long> CountAsync(PrivateServers on, string what)
        {
            // Not the application's pool: right after a kill that still holds dead connections.
            await using var connection = new NpgsqlConnection(on.Postgres.ConnectionString + ";Pooling=false;Search Path=" + app.Schema);
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand("select count(*) from " + what, connection);
            return (long)(await command.ExecuteScalarAsync())!;
        }
    }

    internal sealed class Consumer(UnitOfWork work, IPublishEndpoint publish) : IConsumer<ThingHappened>
    {
        public async Task Consume(ConsumeContext<ThingHappened> context)
        {
            await using (var pause = work.Command("select pg_sleep(0.1)")) await pause.ExecuteNonQueryAsync(context.CancellationToken);
            await work.EffectAsync(context.Message.Id, "happened");
            await publish.Publish(new ThingFollowed(context.Message.Id));
        }
    }

    internal sealed class FollowConsumer(UnitOfWork work) : IConsumer<ThingFollowed>
    {
        public Task Consume(ConsumeContext<ThingFollowed> context) => work.EffectAsync(context.Message.Id, "followed");
    }

    internal sealed class Handler(UnitOfWork work) : IDueWorkHandler
    {
        public async Task<DueWorkResult> RunAsync(DueWorkItem item, CancellationToken ct)
        {
            await work.BeginAsync(ct);
            await work.EffectAsync(item.Id, "worked");
            await item.CompleteAsync(work, ct);
            await work.CommitAsync(ct);
            return DueWorkResult.Handled;
        }
    }
}
