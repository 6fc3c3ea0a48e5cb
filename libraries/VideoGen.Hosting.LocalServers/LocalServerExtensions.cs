using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using VideoGen.LocalServers;

namespace VideoGen.Hosting.LocalServers;

/// <summary>What is common to the servers that run as processes of this machine.</summary>
internal static class LocalServerExtensions
{
    /// <summary>Starts the resource as the process is described, once its settings are known; and asks it whether it serves.</summary>
    internal static IResourceBuilder<T> RunsAs<T>(this IResourceBuilder<T> builder, Func<CancellationToken, Task<ServerProcess>> describe)
        where T : ExecutableResource
    {
        var run = builder.ApplicationBuilder.CurrentRun();
        builder.WithArgs(async context =>
        {
            foreach (var argument in (await describe(context.CancellationToken)).Arguments)
            {
                context.Args.Add(argument);
            }
        });
        builder.WithEnvironment(async context =>
        {
            foreach (var (name, value) in (await describe(context.CancellationToken)).Environment)
            {
                context.EnvironmentVariables[name] = value;
            }
        });
        builder.OnBeforeResourceStarted(async (_, _, cancellationToken) =>
            await run.GuardAsync(async () => await (await describe(cancellationToken)).PrepareAsync(cancellationToken)));
        return builder.WithReadiness(async cancellationToken =>
        {
            var ready = false;
            await run.GuardAsync(async () => ready = await (await describe(cancellationToken)).IsReadyAsync(cancellationToken));
            return ready;
        });
    }

    /// <summary>What another try cannot mend ends the run with its reason.</summary>
    private static async Task GuardAsync(this LocalRun run, Func<Task> step)
    {
        try
        {
            await step();
        }
        catch (LocalServerException problem)
        {
            run.Fail(problem.Message);
            throw;
        }
    }
}

/// <summary>The signal after which a resource ends soon and in good order; SIGTERM without this.</summary>
internal sealed record StopSignalAnnotation(Signal Signal) : IResourceAnnotation;
