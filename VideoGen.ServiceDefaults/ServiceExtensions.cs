using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using VideoGen.Durability;
using VideoGen.HttpApi;
using VideoGen.HttpApi.Errors;
using VideoGen.HttpApi.Requests;
using VideoGen.ServiceDefaults.Callers;
using VideoGen.ServiceDefaults.Health;
using VideoGen.ServiceDefaults.Resilience;
using VideoGen.ServiceDefaults.Telemetry;

namespace VideoGen.ServiceDefaults;

/// <summary>What every process of the system has in common, in the order a <c>Program.cs</c> calls it.</summary>
public static class ServiceExtensions
{
    /// <param name="service">The service's name in discovery, logs and telemetry.</param>
    public static WebApplicationBuilder AddServiceDefaults(this WebApplicationBuilder builder, string service)
    {
        builder.AddFormerNames();
        builder.AddLogDefaults();
        builder.AddTelemetry(service);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.ConfigureHttpJsonOptions(json => ApiJson.Configure(json.SerializerOptions));
        builder.Services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        builder.Services.Configure<RouteOptions>(routes => routes.SetParameterPolicy<IdConstraint>("guid"));
        builder.Services.AddHttpContextAccessor();
        builder.Services.AddOptions<CallerOptions>().BindConfiguration(CallerOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<CallerToken>();
        builder.Services.AddServiceDiscovery();
        builder.Services.AddTransient<CallerHandler>();
        builder.Services.AddHealthChecks();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(25));
        return builder;
    }

    /// <summary>The service's schema in the database <c>videogen</c>, with everything from VideoGen.Durability.</summary>
    /// <param name="migrations">The assembly that embeds the service's <c>Migrations/*.sql</c>.</param>
    public static WebApplicationBuilder AddPostgres(this WebApplicationBuilder builder, string schema, Assembly migrations)
    {
        var connection = builder.Configuration.GetConnectionString("videogen")
            ?? throw new InvalidOperationException("Set ConnectionStrings__videogen, for example Host=127.0.0.1;Database=videogen;Username=…;Password=…");
        builder.Services.AddDurability(durability =>
        {
            durability.ConnectionString = connection;
            durability.Schema = builder.Configuration["Database:Schema"] ?? schema;
            durability.ServiceAssembly = migrations;
            durability.IsCommand = type => type.Namespace?.EndsWith(".Contracts.Commands", StringComparison.Ordinal) == true;
        });
        builder.Services.AddHealthChecks().AddCheck<HealthExtensions.DatabaseCheck>("postgres");
        return builder;
    }

    /// <summary>Errors, routing, callers and health; call it before mapping the service's own endpoints.</summary>
    /// <param name="isApi">False for pages, whose forms and queries are between them and their own scripts.</param>
    public static WebApplication UseServiceDefaults(this WebApplication app, bool isApi = true)
    {
        app.UseProblems();
        app.UseOutages();
        app.UseRoutingOfHead();
        app.UseMiddleware<CallerMiddleware>();
        // Our own processes write what the routes for them read.
        if (isApi) app.UseWhen(context => !context.Request.Path.StartsWithSegments("/internal"), rules => rules.UseRequestRules());
        app.MapHealth();
        return app;
    }

    /// <summary>Migrates, then runs; with <c>--migrate</c> migrates and leaves. <c>Migrations:AtStart=false</c> skips the first step.</summary>
    public static async Task RunServiceAsync(this WebApplication app, string[] args)
    {
        app.CheckSettings();
        var only = args.Contains("--migrate", StringComparer.Ordinal);
        if (only || app.Configuration.GetValue("Migrations:AtStart", defaultValue: true))
            await app.Services.GetRequiredService<MigrationRunner>().RunAsync(app.Lifetime.ApplicationStopping);
        if (!only) await app.RunAsync();
    }
}
