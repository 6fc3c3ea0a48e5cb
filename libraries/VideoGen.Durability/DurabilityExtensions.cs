using System.Data.Common;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Npgsql;
using VideoGen.Durability.Recovery;

namespace VideoGen.Durability;

/// <summary>Registers what a service needs to keep its promises; the bus's part is in <see cref="DurabilityBusExtensions"/>.</summary>
public static class DurabilityExtensions
{
    /// <summary>
    /// Registers the <see cref="NpgsqlDataSource"/> of the service's schema, <see cref="UnitOfWork"/> (scoped),
    /// <see cref="MigrationRunner"/>, <see cref="DueWork"/> and the workers. Throws when an option is wrong, naming all that are.
    /// </summary>
    public static IServiceCollection AddDurability(this IServiceCollection services, Action<DurabilityOptions> configure)
    {
        var options = new DurabilityOptions();
        configure(options);
        var errors = options.Errors().ToList();
        if (errors.Count > 0) throw new InvalidOperationException("Durability is not configured: " + string.Join(" ", errors));

        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.TryAddSingleton(provider => CreateSource(options, provider.GetService<ILoggerFactory>()));
        services.AddSingleton(_ => new OwnSessions(Settings(options)));
        services.AddSingleton(_ => new LeaseSessions(Settings(options)));
        services.AddSingleton(provider => new DurabilityTelemetry(provider.GetRequiredService<IMeterFactory>()));
        services.AddSingleton<OutboxSignal>();
        services.AddSingleton<OutboxState>();
        services.AddSingleton<BrokerConnections>();
        services.TryAddSingleton<ProcessEnd>();
        services.AddHealthChecks().AddCheck<OutboxHealth>("outbox");
        services.AddSingleton<DueWorkSignals>();
        services.AddSingleton(provider => new DueWork(provider.GetRequiredService<DueWorkSignals>()));
        services.AddScoped(provider => new UnitOfWork(provider.GetRequiredService<NpgsqlDataSource>(), provider.GetRequiredService<OutboxSignal>()));
        services.AddSingleton(provider => new MigrationRunner(options, Scripts(options), provider.GetRequiredService<ILogger<MigrationRunner>>()));
        services.AddHostedService<DueWorkWorker>();
        services.AddHostedService<LeftWorkWorker>();
        services.AddHostedService<RecurringWorkWorker>();
        services.AddRecurringWork<OutboxWatch>(OutboxWatch.Name, OutboxWatch.Interval, EachProcess);
        services.AddRecurringWork<InboxRetention>(InboxRetention.Name, InboxRetention.Interval, EachProcess);
        return services;
    }

    /// <summary>Registers the handler of a kind of due work. A kind has one handler; a second registration throws.</summary>
    /// <param name="services">The service's registrations.</param>
    /// <param name="kind">The name its work is scheduled under.</param>
    /// <param name="configure">Concurrency, lease, back-off.</param>
    public static IServiceCollection AddDueWork<THandler>(this IServiceCollection services, string kind, Action<DueWorkOptions>? configure = null)
        where THandler : class, IDueWorkHandler
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(kind);
        var options = new DueWorkOptions();
        configure?.Invoke(options);
        options.Validate(kind);
        if (services.Any(service => service.ImplementationInstance is DueWorkKind known && known.Name == kind))
            throw new InvalidOperationException($"Due work '{kind}' has a handler already.");
        services.AddSingleton(new DueWorkKind(kind, typeof(THandler), options));
        services.TryAddScoped<THandler>();
        return services;
    }

    static void EachProcess(RecurringWorkOptions work) => (work.InEveryProcess, work.FirstAfter) = (true, TimeSpan.Zero);

    static List<MigrationScript> Scripts(DurabilityOptions options) =>
    [
        .. MigrationScript.Of(typeof(MigrationRunner).Assembly),
        .. options.ServiceAssembly is { } service ? MigrationScript.Of(service) : [],
    ];

    static NpgsqlConnectionStringBuilder Settings(DurabilityOptions options)
    {
        var settings = new NpgsqlConnectionStringBuilder(options.ConnectionString) { SearchPath = options.Schema };
        // Asked of a plain builder: Npgsql's own says of every setting that it is there.
        var given = new DbConnectionStringBuilder { ConnectionString = options.ConnectionString };
        if (!given.ContainsKey("Max Auto Prepare")) settings.MaxAutoPrepare = 100;
        if (!given.ContainsKey("Auto Prepare Min Usages")) settings.AutoPrepareMinUsages = 2;
        if (!given.ContainsKey("Maximum Pool Size")) settings.MaxPoolSize = 12;
        if (!given.ContainsKey("Application Name")) settings.ApplicationName = "videogen-" + options.Schema;
        // Nothing here changes a session: what is set, is set for a transaction, and what is to last has a session of its own.
        if (!given.ContainsKey("No Reset On Close")) settings.NoResetOnClose = true;
        return settings;
    }

    static NpgsqlDataSource CreateSource(DurabilityOptions options, ILoggerFactory? logs)
    {
        var builder = new NpgsqlDataSourceBuilder(Settings(options).ConnectionString);
        builder.UseLoggerFactory(logs);
        // Statements are traced as part of something; the polls of idle workers are part of nothing.
        builder.ConfigureTracing(tracing => tracing
            .ConfigureCommandFilter(_ => Activity.Current is not null)
            .ConfigureBatchFilter(_ => Activity.Current is not null)
            .EnablePhysicalOpenTracing(false)); // it knows no filter, and would be the parent of the statements it sends
        return builder.Build();
    }
}
