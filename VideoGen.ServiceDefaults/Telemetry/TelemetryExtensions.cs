using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Context.Propagation;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace VideoGen.ServiceDefaults.Telemetry;

/// <summary>
/// Traces, metrics and logs over OTLP, on when <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set; every other setting comes from the
/// standard <c>OTEL_…</c> variables, for example <c>OTEL_METRIC_EXPORT_INTERVAL</c>.
/// <para>
/// A trace holds work: a request, a message, and what they cause. Health probes and the polls of idle workers leave no spans; their metrics stay.
/// What belongs to a job carries its id as <c>videogen.job.id</c>, spans and log lines alike.
/// </para>
/// </summary>
public static class TelemetryExtensions
{
    /// <summary>The one entrance from outside. Whether a customer samples a request for himself does not decide whether the operator sees its job.</summary>
    const string Entrance = "gateway";

    static readonly string[] Sources = ["Npgsql", "MassTransit", "Yarp.ReverseProxy", "VideoGen.*"];
    static readonly string[] Meters = ["Npgsql", "MassTransit", "Polly", "VideoGen.*"];

    public static IHostApplicationBuilder AddTelemetry(this IHostApplicationBuilder builder, string service)
    {
        if (builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is not { Length: > 0 }) return builder;

        // With the default, which adds baggage, the instrumentation writes traceparent into every call by itself, those to customers and vendors too.
        // With this one it leaves that to the handlers, which know where a call goes.
        Sdk.SetDefaultTextMapPropagator(new TraceContextPropagator());
        builder.Services.AddOpenTelemetry()
            // OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES win over these, as the convention has it.
            .ConfigureResource(resource => resource.Clear()
                .AddService($"videogen-{service}", serviceInstanceId: $"{Environment.MachineName}:{Environment.ProcessId}")
                .AddTelemetrySdk()
                .AddEnvironmentVariableDetector())
            .WithTracing(traces => traces
                .SetSampler(WorkSampler.Create(isEntrance: service == Entrance))
                .AddSource(Sources)
                .AddAspNetCoreInstrumentation(JobTrace.Configure)
                .AddHttpClientInstrumentation(JobTrace.Configure)
                .AddProcessor(new JobSpanProcessor()))
            .WithMetrics(metrics => metrics
                .AddAspNetCoreInstrumentation()
                .AddHttpClientInstrumentation()
                .AddRuntimeInstrumentation()
                .AddMeter(Meters))
            .WithLogging(logs => logs.AddProcessor(new JobLogProcessor()), options =>
            {
                options.IncludeFormattedMessage = true;
                options.IncludeScopes = true;
            })
            .UseOtlpExporter();
        return builder;
    }
}
