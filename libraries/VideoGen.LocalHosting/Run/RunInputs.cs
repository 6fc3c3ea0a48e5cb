using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;

namespace VideoGen.LocalHosting.Run;

/// <summary>Fills the drawing with what this run needs to know before anything starts: parameters, given servers, ports.</summary>
internal static class RunInputs
{
    internal static void Resolve(SystemDrawing drawing, LocalSettings settings)
    {
        UseGivenConnectionStrings(drawing, settings.Configuration);
        GiveParametersValues(drawing, settings);
        AllocatePorts(drawing, settings);
    }

    /// <summary>The number of processes: the drawing's, or <c>Resources:&lt;name&gt;:Replicas</c>.</summary>
    internal static int ReplicasOf(IResource resource, IConfiguration configuration) =>
        resource is ProjectResource ? configuration.GetValue($"Resources:{resource.Name}:Replicas", resource.Replicas()) : 1;

    /// <summary>A server is started unless every way to it is given.</summary>
    internal static bool IsGiven(IResource resource) =>
        resource.TryGetLast<GivenConnectionStringAnnotation>(out _)
        || resource is PostgresServerResource { Databases: { Count: > 0 } databases } && databases.All(IsGiven);

    private static void UseGivenConnectionStrings(SystemDrawing drawing, IConfiguration configuration)
    {
        foreach (var resource in drawing.Resources.OfType<IResourceWithConnectionString>())
        {
            if (configuration.GetConnectionString(resource.Name) is { Length: > 0 } given)
                resource.Annotations.Add(new GivenConnectionStringAnnotation(given));
        }

        // A database of a given server needs no string of its own.
        foreach (var database in drawing.Resources.OfType<PostgresDatabaseResource>().Where(database => !IsGiven(database)))
        {
            if (database.Parent.TryGetLast<GivenConnectionStringAnnotation>(out var server))
                database.Annotations.Add(new GivenConnectionStringAnnotation($"{server.Value.TrimEnd(';')};Database={database.DatabaseName}"));
        }
    }

    private static void GiveParametersValues(SystemDrawing drawing, LocalSettings settings)
    {
        var kept = new KeptSecrets(Path.Combine(settings.Folder, "parameters.json"));
        foreach (var parameter in drawing.Resources.OfType<ParameterResource>())
        {
            parameter.Value = settings.Configuration[$"Parameters:{parameter.Name}"] ?? parameter.Default ?? (parameter.Secret
                ? kept.Get(parameter.Name)
                : throw new DistributedApplicationException(
                    $"Parameter '{parameter.Name}' has no value. Set it in the environment: Parameters__{parameter.Name}=…"));
        }
    }

    private static void AllocatePorts(SystemDrawing drawing, LocalSettings settings)
    {
        var ports = Ports.KeptIn(Path.Combine(settings.Folder, "ports.json"));
        // Wishes first, so that no other endpoint happens to get a wished port.
        foreach (var resource in drawing.Resources.OrderByDescending(resource => resource.Endpoints().Any(endpoint => endpoint.Port > 0)))
        {
            foreach (var endpoint in resource.Endpoints())
            {
                endpoint.AllocatedPorts =
                [
                    .. Enumerable.Range(1, ReplicasOf(resource, settings.Configuration)).Select(replica =>
                        ports.For(replica == 1 ? $"{resource.Name}.{endpoint.Name}" : $"{resource.Name}-{replica}.{endpoint.Name}", endpoint.Port)),
                ];
            }

            if (resource is RabbitMQServerResource && !IsGiven(resource))
                resource.Annotations.Add(new BrokerPortsAnnotation(ports.For($"{resource.Name}.mapper"), ports.For($"{resource.Name}.distribution")));
        }

        ports.Save();
    }
}

/// <summary>The ports a broker needs beside its own.</summary>
internal sealed record BrokerPortsAnnotation(int MapperPort, int DistributionPort) : IResourceAnnotation;
