using System.Reflection;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using VideoGen.LocalHosting.Publish;
using VideoGen.LocalHosting.Run;

namespace Aspire.Hosting;

/// <summary>The system as drawn, ready to run or to be written to a manifest.</summary>
public sealed class DistributedApplication : IHost
{
    private readonly IHost _host;

    private readonly Outcome _outcome;

    internal DistributedApplication(IHost host)
    {
        _host = host;
        // Taken now: the host disposes its services at the end of the run.
        _outcome = host.Services.GetRequiredService<Outcome>();
    }

    public IServiceProvider Services => _host.Services;

    /// <summary>
    /// Starts the drawing of a system. Arguments are configuration (<c>--key value</c>); <c>--publisher manifest</c>
    /// with <c>--output-path</c> writes the manifest in place of running.
    /// </summary>
    public static IDistributedApplicationBuilder CreateBuilder(string[] args) => new DistributedApplicationBuilder(args);

    /// <summary>Runs until a signal ends it or a part cannot be started; then stops everything in order.</summary>
    public void Run() => RunAsync().GetAwaiter().GetResult();

    /// <inheritdoc cref="Run"/>
    public async Task RunAsync(CancellationToken cancellationToken = default)
    {
        await _host.RunAsync(cancellationToken);
        if (_outcome.Failure is not { } failure)
            return;
        // What the drawing or the machine lacks is said in words; anything else is a bug and shows where it happened.
        await Console.Error.WriteLineAsync($"error: {(failure is DistributedApplicationException ? failure.Message : failure.ToString())}");
        Environment.ExitCode = 1;
    }

    public Task StartAsync(CancellationToken cancellationToken = default) => _host.StartAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken = default) => _host.StopAsync(cancellationToken);

    public void Dispose() => _host.Dispose();
}

/// <summary>The drawing asks for something impossible, or this machine cannot do it; the message says what to change.</summary>
public sealed class DistributedApplicationException : Exception
{
    public DistributedApplicationException()
    {
    }

    public DistributedApplicationException(string message) : base(message)
    {
    }

    public DistributedApplicationException(string message, Exception inner) : base(message, inner)
    {
    }
}

/// <summary>What a builder is being used for.</summary>
public sealed class DistributedApplicationExecutionContext
{
    internal DistributedApplicationExecutionContext(bool publish) => IsPublishMode = publish;

    /// <summary>The manifest is being written.</summary>
    public bool IsPublishMode { get; }

    /// <summary>The system is being run on this machine.</summary>
    public bool IsRunMode => !IsPublishMode;
}

/// <summary>A system under construction.</summary>
public interface IDistributedApplicationBuilder
{
    ConfigurationManager Configuration { get; }

    /// <summary>The folder of the AppHost's project; project paths are relative to it.</summary>
    string AppHostDirectory { get; }

    IHostEnvironment Environment { get; }

    IServiceCollection Services { get; }

    DistributedApplicationExecutionContext ExecutionContext { get; }

    IReadOnlyCollection<IResource> Resources { get; }

    IResourceBuilder<T> AddResource<T>(T resource) where T : IResource;

    DistributedApplication Build();
}

internal sealed class DistributedApplicationBuilder : IDistributedApplicationBuilder
{
    private readonly HostApplicationBuilder _host;
    private readonly List<IResource> _resources = [];

    internal DistributedApplicationBuilder(string[] args)
    {
        _host = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { Args = args, ContentRootPath = AppContext.BaseDirectory });
        _host.Logging.AddFilter("Microsoft", LogLevel.Warning);
        AppHostDirectory = AssemblyFact("apphostprojectpath") ?? Environment.ContentRootPath;
        ExecutionContext = new(publish: string.Equals(Configuration["publisher"], "manifest", StringComparison.OrdinalIgnoreCase));
        LocalSettings = LocalSettings.From(Configuration, AppHostDirectory, AssemblyFact("localhostingconfiguration") ?? "Debug");
    }

    public ConfigurationManager Configuration => _host.Configuration;

    public IHostEnvironment Environment => _host.Environment;

    public IServiceCollection Services => _host.Services;

    public string AppHostDirectory { get; }

    public DistributedApplicationExecutionContext ExecutionContext { get; }

    public IReadOnlyCollection<IResource> Resources => _resources;

    internal LocalSettings LocalSettings { get; }

    public IResourceBuilder<T> AddResource<T>(T resource) where T : IResource
    {
        if (_resources.Any(known => string.Equals(known.Name, resource.Name, StringComparison.OrdinalIgnoreCase)))
            throw new DistributedApplicationException($"There are two resources named '{resource.Name}'.");
        _resources.Add(resource);
        return new ResourceBuilder<T>(this, resource);
    }

    public DistributedApplication Build()
    {
        var drawing = new SystemDrawing(AppHostDirectory, _resources);
        Services.AddSingleton(drawing);
        Services.AddSingleton(LocalSettings);
        Services.AddSingleton<Outcome>();
        if (ExecutionContext.IsPublishMode)
            Services.AddManifestPublisher();
        else
            Services.AddSystemRun();
        return new(_host.Build());
    }

    /// <summary>What the AppHost's project file wrote into its assembly (see VideoGen.AppHost.csproj).</summary>
    private static string? AssemblyFact(string key) => Assembly.GetEntryAssembly()?
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .FirstOrDefault(fact => string.Equals(fact.Key, key, StringComparison.OrdinalIgnoreCase))?.Value;
}

/// <summary>The finished drawing.</summary>
internal sealed record SystemDrawing(string AppHostDirectory, IReadOnlyList<IResource> Resources);

/// <summary>How the run or the publishing ended.</summary>
internal sealed class Outcome
{
    /// <summary>Why it ended before its time; null for an orderly end.</summary>
    internal Exception? Failure { get; set; }
}
