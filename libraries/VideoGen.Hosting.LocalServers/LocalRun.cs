using System.Reflection;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using VideoGen.LocalServers;

namespace VideoGen.Hosting.LocalServers;

/// <summary>
/// A run of the system on this machine: one folder with everything it writes, ports that stay the same from run to run, one output, and the
/// reason when it cannot go on.
/// </summary>
public sealed class LocalRun : IDisposable
{
    private const UnixFileMode OwnerFolder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private static readonly TimeSpan LongestEndOfKilledRun = TimeSpan.FromSeconds(20);

    private readonly RunLock _lock;

    private LocalRun(string folder, RunLock held)
    {
        _lock = held;
        Folder = folder;
        Ports = Ports.KeptIn(Path.Combine(folder, "ports.json"));
        Log = RunLog.OnConsole(Path.Combine(folder, "logs"));
    }

    /// <summary>Where everything is that the run writes: rows, files, logs, secrets, ports.</summary>
    public string Folder { get; }

    internal Ports Ports { get; }

    internal RunLog Log { get; }

    /// <summary>Why the run ends before its time; null while it need not.</summary>
    internal string? Failure { get; private set; }

    internal Action? Failed { get; set; }

    /// <summary>
    /// What a run writes is its owner's alone: prompts, files, keys. That holds for the processes that it starts too, and for
    /// what earlier runs left.
    /// A PostgreSQL that runs as another user than root gets past the folder by a capability.
    /// </summary>
    internal static LocalRun Begin(string folder)
    {
        FileCreation.KeepToOwner();
        var logs = Path.Combine(folder, "logs");
        foreach (var own in (string[])[folder, logs])
        {
            Directory.CreateDirectory(own, OwnerFolder);
            File.SetUnixFileMode(own, OwnerFolder);
            foreach (var file in Directory.EnumerateFiles(own)) File.SetUnixFileMode(file, OwnerFile);
        }
        var run = new LocalRun(folder, RunLock.Take(folder));
        if (run._lock.FollowsKilledRun)
            run.Ports.WaitUntilFreeAsync(LongestEndOfKilledRun).GetAwaiter().GetResult();
        return run;
    }

    /// <summary>The port of an endpoint: the wished one or the next free above it; without a wish that of the last run, or any.</summary>
    public int PortOf(string endpoint, int? wished = null)
    {
        var port = Ports.For(endpoint, wished);
        Ports.Save();
        return port;
    }

    internal void Fail(string reason)
    {
        Failure ??= reason;
        Failed?.Invoke();
    }

    public void Dispose()
    {
        Log.Dispose();
        _lock.Dispose();
    }
}

public static class LocalRunExtensions
{
    private const string AspireCategory = "Aspire.Hosting";

    /// <summary>Services, their servers and the port mapper, one after the other.</summary>
    private static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(90);

    /// <summary>
    /// Keeps the run's files in one folder; starts again what ends unasked; writes each resource's output to <c>logs/</c> and that of
    /// projects to the terminal; stops every resource before those it waited for.
    /// </summary>
    /// <exception cref="LocalServerException">Another run has the folder.</exception>
    public static LocalRun AddLocalRun(this IDistributedApplicationBuilder builder, string folder)
    {
        var run = LocalRun.Begin(folder);
        if (Assembly.GetEntryAssembly()?.GetName().Name == builder.Environment.ApplicationName)
            KeepOwnSettingsFromChildren();
        // Else this process is gone seconds before its children.
        builder.Configuration["DcpPublisher:WaitForResourceCleanup"] = "true";
        builder.Services.AddLogging(logging => logging
            .AddFilter("Microsoft", LogLevel.Error)
            // A check that fails while a server starts or stops is no news.
            .AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None)
            .AddFilter(AspireCategory, LogLevel.Error));
        // A server that is away for a moment is waited for; a process that needs it does not fail for that.
        builder.Services.Configure<ResourceNotificationServiceOptions>(
            options => options.DefaultWaitBehavior = WaitBehavior.WaitOnResourceUnavailable);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = LongestStop);
        builder.Services.AddSingleton(run);
        builder.Services.AddSingleton<Supervisor>();
        builder.Services.AddHostedService<OrderedStop>();
        builder.Eventing.Subscribe<BeforeStartEvent>((start, _) =>
        {
            start.Services.GetRequiredService<Supervisor>().Watch(start.Model);
            return Task.CompletedTask;
        });
        return run;
    }

    /// <summary>
    /// Secrets and settings for this program are in its configuration by now. What it starts gets what the drawing gives it, and inherits none
    /// of them.
    /// </summary>
    private static void KeepOwnSettingsFromChildren()
    {
        string[] own = ["Parameters__", "Resources__", "Local__", "ConnectionStrings__", "services__", "HTTP_PORTS"];
        foreach (var name in Environment.GetEnvironmentVariables().Keys.Cast<string>())
        {
            if (own.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)))
                Environment.SetEnvironmentVariable(name, null);
        }
    }

    /// <summary>The run that <see cref="AddLocalRun"/> began.</summary>
    public static LocalRun CurrentRun(this IDistributedApplicationBuilder builder) =>
        (LocalRun?)builder.Services.LastOrDefault(service => service.ServiceType == typeof(LocalRun))?.ImplementationInstance
        ?? throw new InvalidOperationException($"Call {nameof(AddLocalRun)} first.");

    /// <summary>Draws and runs; what is missing or taken on this machine is told in a line, without a stack trace.</summary>
    /// <returns>The process's exit code.</returns>
    public static async Task<int> TellingFailuresAsync(Func<Task<int>> drawAndRun)
    {
        try
        {
            return await drawAndRun();
        }
        catch (Exception problem) when (problem is LocalServerException or DistributedApplicationException)
        {
            await Console.Error.WriteLineAsync($"error: {problem.Message}");
            return 1;
        }
    }

    /// <summary>Runs until a signal ends it or a resource cannot be started, and says why in the second case.</summary>
    /// <returns>The process's exit code.</returns>
    public static async Task<int> RunToTheEndAsync(this DistributedApplication application)
    {
        var run = application.Services.GetService<LocalRun>();
        string? failure = null;
        try
        {
            await application.RunAsync();
        }
        catch (OperationCanceledException)
        {
            // The run was stopped while it was starting.
        }
        catch (Exception problem) when (problem is LocalServerException or DistributedApplicationException)
        {
            failure = problem.Message;
        }

        failure = run?.Failure ?? failure;
        run?.Dispose();
        if (failure is null)
            return Environment.ExitCode;
        await Console.Error.WriteLineAsync($"error: {failure}");
        return 1;
    }
}
