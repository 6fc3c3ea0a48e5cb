using System.Globalization;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;

namespace VideoGen.Hosting.LocalServers;

/// <summary>
/// What whoever starts the system may change of a project: <c>Resources:&lt;name&gt;:Environment:&lt;variable&gt;</c> adds to what the drawing
/// says, or replaces it; <c>Resources:&lt;name&gt;:Replicas</c> is its number of processes (default 1): further resources <c>name-2</c>, <c>name-3</c> ….
/// </summary>
public static class ResourceSettingsExtensions
{
    /// <summary>Call it when the drawing is complete.</summary>
    public static void ApplyResourceSettings(this IDistributedApplicationBuilder builder)
    {
        foreach (var project in builder.Resources.OfType<BuiltProjectResource>().ToList())
        {
            var settings = builder.Configuration.GetSection($"Resources:{project.Name}");
            builder.CreateResourceBuilder(project).WithEnvironment(context => Override(context, settings.GetSection("Environment")));
            for (var number = 2; number <= settings.GetValue("Replicas", defaultValue: 1); number++)
            {
                builder.AddReplica(project, number);
            }
        }
    }

    private static void Override(EnvironmentCallbackContext context, IConfigurationSection settings)
    {
        foreach (var (key, value) in settings.AsEnumerable(makePathsRelative: true))
        {
            if (key.Length > 0 && value is not null)
                context.EnvironmentVariables[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        }
    }

    /// <summary>The same program with the same settings on a port of its own; whoever refers to or waits for the first does so to this one as well.</summary>
    private static void AddReplica(this IDistributedApplicationBuilder builder, BuiltProjectResource first, int number)
    {
        var replica = builder.AddBuiltProject(new BuiltProjectResource($"{first.Name}-{number}", first.WorkingDirectory, first.Assembly), port: null);
        // What a resource has once (endpoint, health check, how it is launched) the replica has already of its own.
        var own = replica.Resource.Annotations.Select(annotation => annotation.GetType()).ToHashSet();
        foreach (var annotation in first.Annotations.Where(annotation => MayRepeat(annotation) || !own.Contains(annotation.GetType())))
        {
            replica.WithAnnotation(OfItsOwn(annotation));
        }

        var variable = $"services__{first.Name}__http__{(number - 1).ToString(CultureInfo.InvariantCulture)}";
        foreach (var other in builder.Resources.OfType<BuiltProjectResource>().Where(other => other.Name != replica.Resource.Name).ToList())
        {
            var user = builder.CreateResourceBuilder(other);
            if (other.Annotations.OfType<ResourceRelationshipAnnotation>().Any(relation => relation.Resource == first && relation.Type == "Reference"))
                user.WithEnvironment(variable, replica.Resource.Http);
            if (other.Annotations.OfType<WaitAnnotation>().Any(wait => wait.Resource == first))
                user.WaitFor(replica);
        }
    }

    /// <summary>What an annotation that calls back has found out is kept in it, and is one process's alone.</summary>
    private static IResourceAnnotation OfItsOwn(IResourceAnnotation annotation) => annotation switch
    {
        EnvironmentCallbackAnnotation environment => new EnvironmentCallbackAnnotation(environment.Callback),
        CommandLineArgsCallbackAnnotation arguments => new CommandLineArgsCallbackAnnotation(arguments.Callback),
        _ => annotation,
    };

    private static bool MayRepeat(IResourceAnnotation annotation) =>
        annotation is EnvironmentCallbackAnnotation or CommandLineArgsCallbackAnnotation or WaitAnnotation or ResourceRelationshipAnnotation;
}
