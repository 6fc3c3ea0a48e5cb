using System.Net;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;

namespace VideoGen.Hosting.LocalServers;

/// <summary>A project's own build, run as <c>dotnet X.dll</c>.</summary>
public sealed class BuiltProjectResource : ExecutableResource, IResourceWithServiceDiscovery
{
    internal BuiltProjectResource(string name, string folder, string assembly) : base(name, "dotnet", folder) => Assembly = assembly;

    internal string Assembly { get; }

    internal EndpointReference Http => new(this, "http");

    /// <summary>Where it listens on this machine.</summary>
    internal string Url => $"http://127.0.0.1:{Port}";

    internal int Port => this.Annotations.OfType<EndpointAnnotation>().First().Port
        ?? throw new InvalidOperationException($"{Name} has no port yet.");
}

public static class BuiltProjectExtensions
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(3) };

    /// <summary>
    /// A project in the build of the AppHost's own configuration. <c>AddProject</c> would put a <c>dotnet run</c> of 70 MB and some seconds in
    /// front of each. It is healthy when <c>/health</c> answers 200.
    /// </summary>
    /// <param name="port">The wished port of its endpoint <c>http</c>; the next free above it when it is taken. Null: one that stays from run to run.</param>
    public static IResourceBuilder<BuiltProjectResource> AddBuiltProject(
        this IDistributedApplicationBuilder builder, string name, IProjectMetadata project, int? port = null)
    {
        var folder = Path.GetDirectoryName(project.ProjectPath)!;
        // The AppHost lies in bin/<configuration>/<framework>, and so does the project's build.
        var own = new DirectoryInfo(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        var assembly = Path.Combine(folder, "bin", own.Parent!.Name, own.Name, $"{Path.GetFileNameWithoutExtension(project.ProjectPath)}.dll");
        if (!File.Exists(assembly))
            throw new DistributedApplicationException($"'{name}' is not built: {assembly} is missing.");
        return builder.AddBuiltProject(new BuiltProjectResource(name, folder, assembly), port)
            .WithArgs(assembly)
            .WithEnvironment(context => context.EnvironmentVariables["ASPNETCORE_URLS"] = ((BuiltProjectResource)context.Resource).Http)
            .WithTelemetry(builder);
    }

    /// <summary>The resource with what every copy of it has of its own: its port and its health.</summary>
    internal static IResourceBuilder<BuiltProjectResource> AddBuiltProject(
        this IDistributedApplicationBuilder builder, BuiltProjectResource resource, int? port)
    {
        var chosen = builder.CurrentRun().PortOf($"{resource.Name}.http", port);
        return builder.AddResource(resource)
            .WithHttpEndpoint(port: chosen, targetPort: chosen, isProxied: false)
            .WithEndpoint("http", endpoint => endpoint.TargetHost = "127.0.0.1")
            .WithReadiness(cancellationToken => AnswersAsync(new Uri($"{resource.Url}/health"), cancellationToken));
    }

    /// <summary>
    /// Telemetry goes to the receiver that <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> names, which the process inherits; else to the dashboard; without
    /// one nowhere.
    /// </summary>
    private static IResourceBuilder<BuiltProjectResource> WithTelemetry(
        this IResourceBuilder<BuiltProjectResource> project, IDistributedApplicationBuilder builder)
    {
        if (builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is null && builder.Configuration.GetValue("Dashboard:Enabled", defaultValue: true))
        {
            // An operator who looks for the first time sees figures: the standard's interval is a minute.
            return project.WithOtlpExporter()
                .WithEnvironment("OTEL_METRIC_EXPORT_INTERVAL", builder.Configuration["OTEL_METRIC_EXPORT_INTERVAL"] ?? "10000");
        }

        return project.WithEnvironment(context =>
        {
            context.EnvironmentVariables["OTEL_SERVICE_NAME"] = context.Resource.Name;
            context.EnvironmentVariables["OTEL_RESOURCE_ATTRIBUTES"] = $"service.instance.id={context.Resource.Name}-{Guid.NewGuid().ToString("n")[..8]}";
        });
    }

    private static async Task<bool> AnswersAsync(Uri address, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await Http.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
