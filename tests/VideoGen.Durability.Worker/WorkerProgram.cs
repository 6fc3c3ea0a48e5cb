using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using VideoGen.Durability.Worker.Contracts;

namespace VideoGen.Durability.Worker;

/// <summary>
/// The process that the crash tests kill: it places orders and works them off. Arguments: schema, prefix of queues and
/// exchanges, number of orders to place. It leaves with 0 when nothing is left to do anywhere.
/// </summary>
public static class WorkerProgram
{
    const string PlacedInsert = "insert into placed (id) values ($1)";

    // Every order has been packed, shipped and paid, its saga has heard of it, and no message or work is left.
    const string UnfinishedSelect = """
        select (select count(*) from outbox) + (select count(*) from due_work)
             + (select count(*) from placed where id not in (select order_id from effect where what = 'shipped'))
             + (select count(*) from placed where id not in (
                  select id from saga where (state->>'events')::int >= 3 and (state->>'reminders')::int >= 1))
        """;

    /// <summary>Runs until all is done or the process is killed.</summary>
    public static async Task<int> Main(string[] args)
    {
        using var host = Build(args[0], args[1]);
        await host.Services.GetRequiredService<MigrationRunner>().RunAsync();
        await host.StartAsync();
        await PlaceAsync(host.Services, int.Parse(args[2]));
        await DrainAsync(host.Services.GetRequiredService<NpgsqlDataSource>());
        await host.StopAsync();
        return 0;
    }

    static IHost Build(string schema, string prefix)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddDurability(options =>
        {
            options.ConnectionString = Required("ConnectionStrings__videogen");
            options.Schema = schema;
            options.ServiceAssembly = typeof(WorkerProgram).Assembly;
        });
        // A short lease: a crashed run's work is taken over within the test's time.
        builder.Services.AddDueWork<PaymentHandler>(PaymentHandler.Kind, options => options.Lease = TimeSpan.FromSeconds(1));
        builder.Services.AddMassTransit(bus => Configure(bus, prefix));
        return builder.Build();
    }

    static void Configure(IBusRegistrationConfigurator bus, string prefix)
    {
        bus.SetEndpointNameFormatter(new KebabCaseEndpointNameFormatter(prefix, includeNamespace: false));
        bus.AddDurability();
        bus.AddConsumer<PackingConsumer>();
        bus.AddConsumer<ShippingConsumer>();
        bus.AddSagaStateMachine<OrderSaga, OrderState>().DurableRepository("order");
        bus.AddConfigureEndpointsCallback((context, name, endpoint) =>
        {
            ((IRabbitMqReceiveEndpointConfigurator)endpoint).SetQuorumQueue();
            endpoint.PrefetchCount = 16;
            endpoint.UseDurability(context);
        });
        bus.UsingRabbitMq((context, rabbit) =>
        {
            rabbit.DurableHost(context, new Uri(Required("ConnectionStrings__rabbitmq")));
            rabbit.MessageTopology.SetEntityNameFormatter(new PrefixEntityNameFormatter(rabbit.MessageTopology.EntityNameFormatter, prefix + "-"));
            rabbit.UseDurableScheduler(context);
            rabbit.ConfigureEndpoints(context);
        });
    }

    static Task PlaceAsync(IServiceProvider services, int count) => Parallel.ForEachAsync(Enumerable.Range(0, count),
        new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (_, ct) =>
        {
            await using var scope = services.CreateAsyncScope();
            var work = scope.ServiceProvider.GetRequiredService<UnitOfWork>();
            var order = Guid.CreateVersion7();
            await work.BeginAsync(ct);
            await using (var insert = work.Command(PlacedInsert, order)) await insert.ExecuteNonQueryAsync(ct);
            await scope.ServiceProvider.GetRequiredService<IPublishEndpoint>().Publish(new OrderPlaced(order), ct);
            await scope.ServiceProvider.GetRequiredService<DueWork>().ScheduleAsync(work, PaymentHandler.Kind, order, TimeSpan.Zero, ct: ct);
            await work.CommitAsync(ct);
        });

    static async Task DrainAsync(NpgsqlDataSource source)
    {
        while (true)
        {
            await using var command = source.CreateCommand(UnfinishedSelect);
            if ((long)(await command.ExecuteScalarAsync() ?? 1L) == 0) return;
            await Task.Delay(50);
        }
    }

    static string Required(string name) => Environment.GetEnvironmentVariable(name) ?? throw new InvalidOperationException($"Set {name}.");
}
