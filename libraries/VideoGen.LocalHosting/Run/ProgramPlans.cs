using System.Globalization;
using System.Net;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;

namespace VideoGen.LocalHosting.Run;

/// <summary>Plans for the parts that are programs: projects of this solution and other executables.</summary>
internal sealed class ProgramPlans(LocalSettings settings) : IDisposable
{
    // Secrets and overrides for the AppHost are not for the parts; they get what the drawing gives them.
    private static readonly string[] OwnVariables = ["Parameters__", "Resources__", "LocalHosting__", "ConnectionStrings__", "services__", "HTTP_PORTS", "ASPNETCORE_URLS"];

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(3) };

    /// <summary>The plan of one replica, counted from 1.</summary>
    internal async Task<ProcessPlan> PlanAsync(IResource resource, int replica, CancellationToken cancellationToken)
    {
        var environment = await EnvironmentAsync(resource, replica, cancellationToken);
        var (command, arguments, folder) = Program(resource);
        var url = resource.Endpoints().FirstOrDefault(endpoint => endpoint.UriScheme == "http") is { } http ? Url(http, replica) : null;
        return new()
        {
            Name = replica == 1 ? resource.Name : $"{resource.Name}-{replica}",
            Command = command,
            Args = [.. arguments, .. resource.Annotations.OfType<ArgsAnnotation>().SelectMany(annotation => annotation.Args)],
            WorkingDirectory = folder,
            Environment = environment,
            Stop = [new(Signal.Terminate, settings.Grace)],
            IsReady = HealthCheck(resource, replica),
            Url = url,
        };
    }

    public void Dispose() => _http.Dispose();

    private (string Command, IReadOnlyList<string> Arguments, string Folder) Program(IResource resource) => resource switch
    {
        ProjectResource project => Built(project),
        ExecutableResource executable => (executable.Command, [], executable.WorkingDirectory),
        _ => throw new DistributedApplicationException($"'{resource.Name}' is a container; this run starts plain processes only."),
    };

    /// <summary>The project's own build, in the configuration of the AppHost's.</summary>
    private (string Command, IReadOnlyList<string> Arguments, string Folder) Built(ProjectResource project)
    {
        if (!project.TryGetLast<ProjectMetadata>(out var metadata))
            throw new DistributedApplicationException($"'{project.Name}' has no project file.");
        var folder = Path.GetDirectoryName(metadata.ProjectPath)!;
        var framework = $"net{Environment.Version.Major}.{Environment.Version.Minor}";
        var assembly = Path.Combine(
            folder, "bin", settings.BuildConfiguration, framework, $"{Path.GetFileNameWithoutExtension(metadata.ProjectPath)}.dll");
        return File.Exists(assembly)
            ? ("dotnet", [assembly], folder)
            : throw new DistributedApplicationException($"'{project.Name}' is not built: {assembly} is missing.");
    }

    private async Task<Dictionary<string, string?>> EnvironmentAsync(IResource resource, int replica, CancellationToken cancellationToken)
    {
        var environment = InheritedToRemove();
        environment["OTEL_SERVICE_NAME"] = resource.Name;
        environment["OTEL_RESOURCE_ATTRIBUTES"] = $"service.instance.id={resource.Name}-{replica}-{Guid.NewGuid().ToString("n")[..8]}";
        AddEndpoints(resource, replica, environment);
        foreach (var reference in resource.Annotations.OfType<ServiceReferenceAnnotation>().SelectMany(annotation => EndpointsOf(annotation.Source))
            .Concat(resource.Annotations.OfType<EndpointReferenceAnnotation>().Select(annotation => annotation.Source)))
        {
            foreach (var (index, url) in reference.ReplicaUrls.Index())
            {
                environment[$"services__{reference.Resource.Name}__{reference.EndpointName}__{index}"] = url;
            }
        }

        foreach (var (name, value) in resource.Annotations.OfType<EnvironmentAnnotation>())
        {
            environment[name] = value is IValueProvider known ? await known.GetValueAsync(cancellationToken) : (string?)value;
        }

        AddOverrides(resource, environment);
        return environment;
    }

    private static Dictionary<string, string?> InheritedToRemove() => Environment.GetEnvironmentVariables().Keys.Cast<string>()
        .Where(name => OwnVariables.Any(own => name.StartsWith(own, StringComparison.OrdinalIgnoreCase)))
        .ToDictionary(name => name, _ => (string?)null);

    private static IEnumerable<EndpointReference> EndpointsOf(IResourceWithServiceDiscovery source) =>
        source.Endpoints().Select(endpoint => new EndpointReference(source, endpoint.Name));

    private static void AddEndpoints(IResource resource, int replica, Dictionary<string, string?> environment)
    {
        var endpoints = resource.Endpoints().ToList();
        if (resource is ProjectResource && endpoints.Count > 0)
            environment["ASPNETCORE_URLS"] = string.Join(';', endpoints.Select(endpoint => Url(endpoint, replica)));
        foreach (var endpoint in endpoints.Where(endpoint => endpoint.PortVariable is not null))
        {
            environment[endpoint.PortVariable!] = endpoint.AllocatedPorts[replica - 1].ToString(CultureInfo.InvariantCulture);
        }
    }

    /// <summary><c>Resources:&lt;name&gt;:Environment:&lt;variable&gt;</c> adds to what the drawing says, or replaces it.</summary>
    private void AddOverrides(IResource resource, Dictionary<string, string?> environment)
    {
        var section = settings.Configuration.GetSection($"Resources:{resource.Name}:Environment");
        foreach (var (key, value) in section.AsEnumerable(makePathsRelative: true))
        {
            if (key.Length > 0 && value is not null)
                environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        }
    }

    private Func<CancellationToken, Task<bool>>? HealthCheck(IResource resource, int replica)
    {
        if (!resource.TryGetLast<HttpHealthAnnotation>(out var health))
            return null;
        var endpoint = resource.Endpoints().FirstOrDefault(endpoint => endpoint.Name == health.EndpointName)
            ?? throw new DistributedApplicationException($"'{resource.Name}' has a health check on an endpoint '{health.EndpointName}' that it has not.");
        var address = new Uri(new Uri(Url(endpoint, replica)), health.Path);
        return cancellationToken => AnswersAsync(address, (HttpStatusCode)health.StatusCode, cancellationToken);
    }

    private async Task<bool> AnswersAsync(Uri address, HttpStatusCode expected, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await _http.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return answer.StatusCode == expected;
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

    private static string Url(EndpointAnnotation endpoint, int replica) =>
        $"{endpoint.UriScheme}://127.0.0.1:{endpoint.AllocatedPorts[replica - 1].ToString(CultureInfo.InvariantCulture)}";
}
