using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace VideoGen.ServiceDefaults.Telemetry;

/// <summary>
/// Traces, metrics and logs over OTLP, on when <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set; every other setting comes from the
/// standard <c>OTEL_…</c> variables. The frameworks emit their own activities and meters, so the SDK alone is enough.
/// </summary>
public static class TelemetryExtensions
{
    static readonly string[] Sources =
        ["Microsoft.AspNetCore", "System.Net.Http", "Npgsql", "MassTransit", "Yarp.ReverseProxy", "VideoGen.*"];

    static readonly string[] Meters =
        ["Microsoft.AspNetCore.*", "System.Net.Http", "System.Runtime", "Npgsql", "MassTransit", "VideoGen.*"];

    public static IHostApplicationBuilder AddTelemetry(this IHostApplicationBuilder builder, string service)
    {
        if (builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is not { Length: > 0 }) return builder;

        // OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES win over these, as the convention has it.
        var resource = ResourceBuilder.CreateEmpty()
            .AddService($"videogen-{service}", serviceInstanceId: $"{Environment.MachineName}:{Environment.ProcessId}")
            .AddTelemetrySdk()
            .AddEnvironmentVariableDetector();
        builder.Logging.AddOpenTelemetry(logs =>
        {
            logs.SetResourceBuilder(resource);
            logs.IncludeFormattedMessage = true;
            logs.IncludeScopes = true;
            logs.AddOtlpExporter();
        });
        builder.Services.AddSingleton(_ => Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource).AddSource(Sources)
            .SetSampler(new ParentBasedSampler(new AlwaysOnSampler())).AddProcessor(new HealthProbeFilter()).AddOtlpExporter().Build());
        builder.Services.AddSingleton(_ => Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource).AddMeter(Meters).AddOtlpExporter().Build());
        builder.Services.AddHostedService<TelemetryWorker>();
        return builder;
    }

    /// <summary>Builds both providers before the first request; the container disposes, and so flushes, them at shutdown.</summary>
    sealed class TelemetryWorker(TracerProvider traces, MeterProvider metrics) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken)
        {
            traces.ForceFlush(2000);
            metrics.ForceFlush(2000);
            return Task.CompletedTask;
        }
    }

    /// <summary>Keeps the orchestrator's probes out of the traces.</summary>
    sealed class HealthProbeFilter : BaseProcessor<Activity>
    {
        public override void OnEnd(Activity data)
        {
            if (data.GetTagItem("url.path") is "/health" or "/alive") data.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
        }
    }
}
