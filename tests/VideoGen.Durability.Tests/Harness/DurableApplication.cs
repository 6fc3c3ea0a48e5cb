using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using VideoGen.Durability.DeadLetters;
using VideoGen.Testing;

namespace VideoGen.Durability.Tests.Harness;

/// <summary>A service with its own schema and its own names on the broker. Disposing drops both unless another shares them.</summary>
internal sealed class DurableApplication : IAsyncDisposable
{
    readonly IHost _host;
    readonly ConcurrentDictionary<string, byte> _exchanges = new();
    readonly ConcurrentDictionary<string, byte> _queues = new();

    DurableApplication(Setup setup)
    {
        Schema = setup.Schema ?? "t_" + Guid.NewGuid().ToString("N")[..16];
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders().AddProvider(Logs);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(10));
        builder.Services.AddDurability(options =>
        {
            options.ConnectionString = setup.Servers?.Postgres.ConnectionString ?? TestServers.PostgresConnectionString;
            options.Schema = Schema;
            options.Poll = TimeSpan.FromMilliseconds(100);
            setup.Durability?.Invoke(options);
        });
        setup.Services?.Invoke(builder.Services);
        if (setup.Bus is not null) builder.Services.AddMassTransit(bus => Configure(bus, setup));
        _host = builder.Build();
        Metrics = new Metrics(_host.Services.GetRequiredService<IMeterFactory>());
    }

    public string Schema { get; }

    public LogSink Logs { get; } = new();

    public Metrics Metrics { get; }

    public IServiceProvider Services => _host.Services;

    public IBus Bus => Services.GetRequiredService<IBus>();

    public NpgsqlDataSource Database => Services.GetRequiredService<NpgsqlDataSource>();

    /// <summary>Names of the endpoints' queues.</summary>
    public IEnumerable<string> Queues => _queues.Keys;

    bool KeepSchema { get; init; }

    /// <summary>Migrated and running; a bus is connected.</summary>
    public static async Task<DurableApplication> StartAsync(Setup setup)
    {
        var app = new DurableApplication(setup) { KeepSchema = setup.Schema is not null || setup.Servers is not null };
        await app.Services.GetRequiredService<MigrationRunner>().RunAsync();
        await app.ExecuteAsync("create table if not exists effect (id bigint generated always as identity, subject uuid not null, what text not null)");
        await app._host.StartAsync();
        if (setup.Bus is not null && (setup.Rabbit is null || setup.Awaited)) await Eventually.ThatAsync(
            () => app.Services.GetRequiredService<IBusControl>().CheckHealth().Status == BusHealthStatus.Healthy, because: "the bus is connected");
        return app;
    }

    /// <summary>One unit of work in a scope of its own, committed when the body does not throw.</summary>
    public async Task TransactAsync(Func<UnitOfWork, IServiceProvider, Task> body)
    {
        await using var scope = Services.CreateAsyncScope();
        var work = scope.ServiceProvider.GetRequiredService<UnitOfWork>();
        await work.BeginAsync();
        await body(work, scope.ServiceProvider);
        await work.CommitAsync();
    }

    public Task PublishAsync<T>(T message) where T : class =>
        TransactAsync((_, services) => services.GetRequiredService<IPublishEndpoint>().Publish(message));

    public async Task ExecuteAsync(string sql, params object[] values)
    {
        await using var command = Database.CreateCommand(sql);
        foreach (var value in values) command.Parameters.Add(new() { Value = value });
        await command.ExecuteNonQueryAsync();
    }

    public async Task<T> ScalarAsync<T>(string sql, params object[] values)
    {
        await using var command = Database.CreateCommand(sql);
        foreach (var value in values) command.Parameters.Add(new() { Value = value });
        return (T)(await command.ExecuteScalarAsync() ?? throw new InvalidOperationException("No row: " + sql));
    }

    public Task<long> CountAsync(string fromWhere, params object[] values) => ScalarAsync<long>("select count(*) from " + fromWhere, values);

    public Task StopAsync() => _host.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        Metrics.Dispose();
        _host.Dispose();
        if (TestContext.CurrentContext.Result.FailCount > 0)
            foreach (var (level, text) in Logs.Lines.Take(30)) await TestContext.Out.WriteLineAsync($"{level}: {text}");
        if (!_exchanges.IsEmpty && !KeepSchema) await Servers.DropTopologyAsync(_queues.Keys, _exchanges.Keys);
        if (!KeepSchema) await Servers.DropSchemaAsync(Schema);
    }

    void Configure(IBusRegistrationConfigurator bus, Setup setup)
    {
        bus.SetEndpointNameFormatter(new KebabCaseEndpointNameFormatter(Schema, includeNamespace: false));
        bus.AddDurability();
        if (setup.DeadLetters) bus.AddDeadLetters();
        setup.Bus?.Invoke(bus);
        bus.AddConfigureEndpointsCallback((context, name, endpoint) =>
        {
            _queues.TryAdd(name, 0);
            endpoint.PrefetchCount = 16;
            endpoint.UseDurability(context);
            if (setup.DeadLetters) endpoint.UseDeadLetters(context, name);
        });
        bus.UsingRabbitMq((context, rabbit) =>
        {
            rabbit.DurableHost(context, setup.Rabbit ?? new Uri(setup.Servers?.RabbitMq.ConnectionString ?? TestServers.RabbitMqUri));
            rabbit.MessageTopology.SetEntityNameFormatter(new Names(rabbit.MessageTopology.EntityNameFormatter, Schema, _exchanges));
            rabbit.UseDurableScheduler(context);
            rabbit.ConfigureEndpoints(context);
        });
    }

    /// <param name="Bus">Adds consumers and sagas; null: no bus.</param>
    /// <param name="Services">Adds due work and what consumers need.</param>
    /// <param name="Schema">Shares the schema and names of another application, which also drops them; null: its own.</param>
    /// <param name="Rabbit">Another broker; its connection is not waited for, unless <paramref name="Awaited"/>.</param>
    /// <param name="Awaited">Whether the connection to another broker is waited for.</param>
    /// <param name="DeadLetters">Whether what fails for good is kept in the table.</param>
    /// <param name="Servers">Servers of the test's own, which end with everything in them.</param>
    internal sealed record Setup(
        Action<IBusRegistrationConfigurator>? Bus = null, Action<IServiceCollection>? Services = null, Action<DurabilityOptions>? Durability = null,
        string? Schema = null, Uri? Rabbit = null, bool Awaited = false, PrivateServers? Servers = null,
        bool DeadLetters = false);

    sealed class Names(IEntityNameFormatter inner, string prefix, ConcurrentDictionary<string, byte> seen) : IEntityNameFormatter
    {
        public string FormatEntityName<T>()
        {
            var name = prefix + "-" + inner.FormatEntityName<T>();
            seen.TryAdd(name, 0);
            return name;
        }
    }
}
