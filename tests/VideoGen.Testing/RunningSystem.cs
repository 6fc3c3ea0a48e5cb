using System.Text.Json;
using System.Text.Json.Serialization;
using NUnit.Framework;
using VideoGen.LocalServers;

namespace VideoGen.Testing;

/// <summary>What the running system says of itself in <c>endpoints.json</c>.</summary>
public sealed record SystemEndpoints(
    string Gateway, string Docs, string? Dashboard, string ApiKey, string TestKey, string OperatorKey, string Email, string Password, IReadOnlyList<SystemDialect> Dialects,
    IReadOnlyList<SystemProcess> Processes);

/// <param name="Name">Of its section in the configuration, for example <c>VividFlow</c>.</param>
/// <param name="Url">Its base URL at the gateway.</param>
/// <param name="RootUrl">The same on its own port; null without one.</param>
public sealed record SystemDialect(string Name, string Url, string? RootUrl);

/// <param name="Pid">0 while it is not running.</param>
/// <param name="State"><c>ready</c>, <c>starting</c>, <c>restarting</c> …</param>
/// <param name="Url">Its own address, past the gateway; null for servers without HTTP.</param>
public sealed record SystemProcess(string Name, int Pid, string State, string? Url);

/// <summary>
/// The whole system, started by the AppHost itself in a child process: own folder, own ports, own PostgreSQL and RabbitMQ,
/// so that many run side by side. Disposing stops it and removes a folder that it made. It cannot outlive the test process.
/// </summary>
public sealed class RunningSystem : IAsyncDisposable
{
    private static readonly TimeSpan StartDeadline = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan RestartDeadline = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan StopGrace = TimeSpan.FromMinutes(2);
    private static readonly JsonSerializerOptions SnakeCase = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        RespectNullableAnnotations = false,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip,
    };

    private readonly ChildProcess _host;
    private readonly bool _ownsFolder;

    private RunningSystem(ChildProcess host, string folder, bool ownsFolder)
    {
        _host = host;
        _ownsFolder = ownsFolder;
        Folder = folder;
    }

    /// <summary>Everything the run writes; logs in <c>logs/</c>.</summary>
    public string Folder { get; }

    /// <summary>As it is now: process ids change with every restart.</summary>
    public SystemEndpoints Endpoints => Read(Folder) ?? throw new InvalidOperationException("The system is not up.");

    /// <summary>The gateway's address.</summary>
    public Uri Gateway => new(Endpoints.Gateway);

    /// <summary>The AppHost's own process.</summary>
    public int HostProcessId => _host.Id;

    /// <summary>Ends with the AppHost's exit code.</summary>
    public Task<int> HostExited => _host.Exited;

    /// <summary>The AppHost's last lines of output.</summary>
    public IReadOnlyList<string> Output => _host.LastLines;

    /// <summary>Starts the system and answers when everything is ready.</summary>
    /// <param name="folder">Its files; null for a fresh folder that is removed at the end.</param>
    /// <param name="overrides">
    /// Environment of the AppHost: <c>Resources__jobs__Environment__X</c> reaches service jobs as X, <c>Resources__jobs__Replicas</c>
    /// sets its processes, <c>ConnectionStrings__rabbitmq</c> names a broker to use, <c>Dialects__Visualizr__Port</c> opens a port for a dialect.
    /// </param>
    public static async Task<RunningSystem> StartAsync(string? folder = null, IReadOnlyDictionary<string, string>? overrides = null)
    {
        // What a killed run left behind would look like readiness.
        if (folder is not null)
            File.Delete(Path.Combine(folder, "endpoints.json"));
        var system = await LaunchAsync(folder, overrides);
        await system.WaitUntilReadyAsync();
        return system;
    }

    /// <summary>The same without waiting, for a system that shall not become ready.</summary>
    public static async Task<RunningSystem> LaunchAsync(string? folder = null, IReadOnlyDictionary<string, string>? overrides = null)
    {
        var place = folder ?? Path.Combine(Path.GetTempPath(), $"videogen-system-{Guid.NewGuid():n}");
        Directory.CreateDirectory(place);
        var host = await ChildProcess.StartAsync(Plan(Repository.Built("VideoGen.AppHost"), place, overrides));
        return new RunningSystem(host, place, ownsFolder: folder is null);
    }

    /// <summary>The process of a part (a service, <c>postgres</c>, <c>rabbitmq</c>); its id is 0 between end and restart.</summary>
    public SystemProcess Process(string name) => Endpoints.Processes.First(process => process.Name == name);

    /// <summary>kill -9 of one part; answers its id at once. The AppHost starts it again.</summary>
    public int Kill(string name)
    {
        var process = Process(name);
        Libc.Signal(process.Pid, LocalServers.Signal.Kill);
        return process.Pid;
    }

    /// <summary>Waits until a part that was killed is ready again, as another process than the one given.</summary>
    public Task RestartedAsync(string name, int killedProcessId) => Eventually.ThatAsync(
        () => Process(name) is { State: "ready", Pid: > 0 } process && process.Pid != killedProcessId,
        RestartDeadline,
        $"{name} is ready again");

    /// <summary>Sends the AppHost a signal: <see cref="LocalServers.Signal.Kill"/> is kill -9 of the AppHost.</summary>
    public void SignalHost(Signal signal) => _host.Signal(signal);

    /// <summary>Stops everything in order, as Ctrl+C does; the folder stays, so that the system may be started again on it.</summary>
    public async Task<int> StopAsync()
    {
        _host.Signal(LocalServers.Signal.Terminate);
        return await _host.Exited.WaitAsync(StopGrace);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(StopGrace);
        if (_ownsFolder && Directory.Exists(Folder))
            Directory.Delete(Folder, recursive: true);
    }

    private async Task WaitUntilReadyAsync()
    {
        try
        {
            await Eventually.ThatAsync(() => _host.Exited.IsCompleted || Read(Folder) is not null, StartDeadline, "the system is ready");
            if (!_host.Exited.IsCompleted)
                return;
            await _host.ReadToEndAsync();
            throw new InvalidOperationException($"The system did not start:{Environment.NewLine}{string.Join(Environment.NewLine, _host.LastLines)}");
        }
        catch (AssertionException late)
        {
            var told = string.Join(Environment.NewLine, _host.LastLines.Concat(LastLinesOfLogs()));
            await DisposeAsync();
            throw new InvalidOperationException($"{late.Message}{Environment.NewLine}{told}", late);
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    private IEnumerable<string> LastLinesOfLogs()
    {
        // The folder of logs is not there yet when the host itself has not come that far.
        var logs = new DirectoryInfo(Path.Combine(Folder, "logs"));
        if (!logs.Exists) yield break;
        foreach (var log in logs.EnumerateFiles("*.log").OrderBy(log => log.Name, StringComparer.Ordinal))
        {
            yield return $"-- {log.Name}";
            foreach (var line in File.ReadLines(log.FullName).TakeLast(8)) yield return line;
        }
    }

    private static ServerProcess Plan(string hostAssembly, string folder, IReadOnlyDictionary<string, string>? overrides)
    {
        // The servers that tests share are not for a whole system: it would meet the schemas of others, and tests kill its servers.
        var environment = new Dictionary<string, string>
        {
            ["ConnectionStrings__videogen"] = "",
            ["ConnectionStrings__rabbitmq"] = "",
            ["Local__Folder"] = folder,
            ["Gateway__Port"] = "0",
            // It costs a process and memory, and few tests look at it.
            ["Dashboard__Enabled"] = "false",
            // The ports of the documents exist once; systems run side by side.
            ["Dialects__AiStudio__Port"] = "0",
            ["Dialects__Visualizr__Port"] = "0",
        };
        foreach (var (name, value) in overrides ?? new Dictionary<string, string>())
        {
            environment[name] = value;
        }

        return new()
        {
            Name = Path.GetFileNameWithoutExtension(hostAssembly),
            Command = "dotnet",
            Arguments = [hostAssembly],
            WorkingDirectory = Path.GetDirectoryName(hostAssembly)!,
            Environment = environment,
            IsReadyAsync = _ => Task.FromResult(Read(folder) is not null),
        };
    }

    private static SystemEndpoints? Read(string folder)
    {
        var file = Path.Combine(folder, "endpoints.json");
        try
        {
            return JsonSerializer.Deserialize<SystemEndpoints>(File.ReadAllText(file), SnakeCase);
        }
        catch (Exception problem) when (problem is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }
}
