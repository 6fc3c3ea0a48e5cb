using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace VideoGen.LocalHosting.Publish;

/// <summary>
/// Turns a drawing into Aspire's manifest (schema: https://json.schemastore.org/aspire-8.0.json). Pure: the same drawing
/// gives the same text, values of this machine are in it only where the drawing says so.
/// </summary>
internal static class ManifestWriter
{
    private const string Schema = "https://json.schemastore.org/aspire-8.0.json";

    // Expressions stay readable: {name.value} and not \u007B…
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Project paths are relative to the manifest's folder.</summary>
    internal static string Write(SystemDrawing drawing, string manifestFolder)
    {
        var resources = new JsonObject();
        foreach (var resource in drawing.Resources)
        {
            resources[resource.Name] = Resource(resource, manifestFolder);
        }

        return new JsonObject { ["$schema"] = Schema, ["resources"] = resources }.ToJsonString(Readable) + "\n";
    }

    private static JsonObject Resource(IResource resource, string folder) => resource switch
    {
        ParameterResource parameter => Parameter(parameter),
        ConnectionStringResource connection => ConnectionString(connection),
        PostgresDatabaseResource database => new() { ["type"] = "value.v0", ["connectionString"] = database.ConnectionStringExpression.ValueExpression },
        ContainerResource container => Container(container),
        ProjectResource project => Project(project, folder),
        ExecutableResource executable => Executable(executable, folder),
        _ => throw new DistributedApplicationException($"'{resource.Name}' is of a kind that has no place in a manifest."),
    };

    private static JsonObject Parameter(ParameterResource parameter)
    {
        var input = new JsonObject { ["type"] = "string" };
        if (parameter.Secret)
            input["secret"] = true;
        if (parameter is { PublishDefault: true, Default: { } value })
            input["default"] = new JsonObject { ["value"] = value };
        return new()
        {
            ["type"] = "parameter.v0",
            ["value"] = $"{{{parameter.Name}.inputs.value}}",
            ["inputs"] = new JsonObject { ["value"] = input },
        };
    }

    private static JsonObject ConnectionString(ConnectionStringResource connection) => new()
    {
        ["type"] = "parameter.v0",
        ["connectionString"] = connection.ConnectionStringExpression.ValueExpression,
        ["value"] = $"{{{connection.Name}.inputs.value}}",
        ["inputs"] = new JsonObject { ["value"] = new JsonObject { ["type"] = "string", ["secret"] = true } },
    };

    private static JsonObject Container(ContainerResource container)
    {
        if (!container.TryGetLast<ContainerImageAnnotation>(out var image))
            throw new DistributedApplicationException($"'{container.Name}' has no image.");
        var written = new JsonObject { ["type"] = "container.v0" };
        if (container is IResourceWithConnectionString reachable)
            written["connectionString"] = reachable.ConnectionStringExpression.ValueExpression;
        written["image"] = $"{image.Image}:{image.Tag}";
        AddIfAny(written, "args", Arguments(container));
        var volumes = container.Annotations.OfType<VolumeAnnotation>().Select(volume => (JsonNode)new JsonObject
        {
            ["name"] = volume.Name,
            ["target"] = volume.Target,
            ["readOnly"] = volume.IsReadOnly,
        });
        AddIfAny(written, "volumes", new JsonArray([.. volumes]));
        AddIfAny(written, "env", EnvironmentOf(container));
        AddIfAny(written, "bindings", Bindings(container));
        return written;
    }

    private static JsonObject Project(ProjectResource project, string folder)
    {
        if (!project.TryGetLast<ProjectMetadata>(out var metadata))
            throw new DistributedApplicationException($"'{project.Name}' has no project file.");
        var environment = new JsonObject();
        if (project.Endpoints().Any())
        {
            environment["ASPNETCORE_FORWARDEDHEADERS_ENABLED"] = "true";
            environment["HTTP_PORTS"] = string.Join(';', project.Endpoints().Select(endpoint => $"{{{project.Name}.bindings.{endpoint.Name}.targetPort}}"));
        }

        Merge(environment, EnvironmentOf(project));
        var written = new JsonObject { ["type"] = "project.v0", ["path"] = Relative(metadata.ProjectPath, folder) };
        AddIfAny(written, "args", Arguments(project));
        AddIfAny(written, "env", environment);
        AddIfAny(written, "bindings", Bindings(project));
        return written;
    }

    private static JsonObject Executable(ExecutableResource executable, string folder)
    {
        var written = new JsonObject
        {
            ["type"] = "executable.v0",
            ["workingDirectory"] = Relative(executable.WorkingDirectory, folder),
            ["command"] = executable.Command,
        };
        AddIfAny(written, "args", Arguments(executable));
        AddIfAny(written, "env", EnvironmentOf(executable));
        AddIfAny(written, "bindings", Bindings(executable));
        return written;
    }

    private static JsonArray Arguments(IResource resource) =>
        new([.. resource.Annotations.OfType<ArgsAnnotation>().SelectMany(annotation => annotation.Args).Select(argument => (JsonNode)argument)]);

    private static JsonObject EnvironmentOf(IResource resource)
    {
        var environment = new JsonObject();
        foreach (var annotation in resource.Annotations)
        {
            switch (annotation)
            {
                case EnvironmentAnnotation { Value: { } value } variable:
                    environment[variable.Name] = value is IManifestExpressionProvider reference ? reference.ValueExpression : (string)value;
                    break;
                case ServiceReferenceAnnotation { Source: var source }:
                    Merge(environment, Discovery(source.Endpoints().Select(endpoint => new EndpointReference(source, endpoint.Name))));
                    break;
                case EndpointReferenceAnnotation { Source: var endpoint }:
                    Merge(environment, Discovery([endpoint]));
                    break;
            }
        }

        return environment;
    }

    private static JsonObject Discovery(IEnumerable<EndpointReference> endpoints) => new(endpoints.Select(endpoint =>
        KeyValuePair.Create($"services__{endpoint.Resource.Name}__{endpoint.EndpointName}__0", (JsonNode?)endpoint.ValueExpression)));

    private static JsonObject Bindings(IResource resource) => new(resource.Endpoints().Select(endpoint =>
    {
        var binding = new JsonObject
        {
            ["scheme"] = endpoint.UriScheme,
            ["protocol"] = "tcp",
            ["transport"] = endpoint.UriScheme == "http" ? "http" : "tcp",
        };
        if (endpoint.TargetPort is { } target)
            binding["targetPort"] = target;
        if (endpoint.IsExternal)
            binding["external"] = true;
        return KeyValuePair.Create(endpoint.Name, (JsonNode?)binding);
    }));

    private static void Merge(JsonObject into, JsonObject from)
    {
        foreach (var (name, value) in from)
        {
            into[name] = value?.DeepClone();
        }
    }

    private static void AddIfAny(JsonObject written, string name, JsonNode part)
    {
        if (part is JsonArray { Count: > 0 } or JsonObject { Count: > 0 })
            written[name] = part;
    }

    private static string Relative(string path, string folder) => Path.GetRelativePath(folder, path).Replace('\\', '/');
}
