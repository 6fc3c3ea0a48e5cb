using VideoGen.System.Tests.Stage;
using VideoGen.Testing;

namespace VideoGen.System.Tests;

/// <summary>A running system of the tests' own, with what its first user was told and the hands that tests lay on it.</summary>
sealed class StartedSystem : IAsyncDisposable
{
    readonly RunningSystem _system;
    readonly Wires? _wires;

    StartedSystem(RunningSystem system, Vendor vendor, Wires? wires)
    {
        _system = system;
        _wires = wires;
        Vendor = vendor;
        Gateway = system.Endpoints.Gateway.TrimEnd('/');
        ApiKey = system.Endpoints.ApiKey;
        TestKey = system.Endpoints.TestKey;
        OperatorKey = system.Endpoints.OperatorKey;
        Announcement = [.. system.Output];
    }

    /// <summary>What the AppHost had said when it was ready.</summary>
    public IReadOnlyList<string> Announcement { get; }

    /// <summary>Where each other API is served.</summary>
    public IReadOnlyList<SystemDialect> Dialects => _system.Endpoints.Dialects;

    /// <summary>The gateway's address without a trailing slash.</summary>
    public string Gateway { get; }

    public string ApiKey { get; }

    public string TestKey { get; }

    public string OperatorKey { get; }

    /// <summary>Who renders.</summary>
    public Vendor Vendor { get; }

    /// <summary>Every process, with its id and its own address past the gateway.</summary>
    public IReadOnlyList<SystemProcess> Processes => _system.Endpoints.Processes;

    /// <param name="settings">Environment of the AppHost, for example <c>Resources__jobs__Environment__Jobs__Submit__HoldLifetime</c>.</param>
    /// <param name="wired">True: <see cref="Cut"/> and <see cref="Hold"/> work.</param>
    public static async Task<StartedSystem> StartAsync(IReadOnlyDictionary<string, string> settings, bool wired)
    {
        var folder = Directory.CreateTempSubdirectory("videogen-system-").FullName;
        // PostgreSQL may run as another user and must get to its own folder below.
        File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        var vendor = new Vendor(Path.Combine(folder, "vendor"));
        var wires = wired ? new Wires(folder) : null;
        var all = new Dictionary<string, string>
        {
            ["Resources__providers__Environment__Ffmpeg__FfmpegPath"] = vendor.Program,
            ["Resources__accounts__Environment__Catalog__Folder"] = TestPlans.Write(Path.Combine(folder, "plans")),
        };
        foreach (var (name, value) in (wires?.Settings ?? new Dictionary<string, string>()).Concat(settings)) all[name] = value;
        return new StartedSystem(await RunningSystem.StartAsync(folder, all), vendor, wires);
    }

    /// <summary>Nobody reaches this service until the result is disposed: what its absence does to an answer.</summary>
    /// <param name="service">accounts, jobs, providers or storage.</param>
    public IDisposable Cut(string service) => Wired[service].Cut();

    /// <summary>The service says nothing to anybody until the result is disposed.</summary>
    public IDisposable Hold(string service) => Wired[service].Hold();

    /// <summary>The service's answers end in the middle until the result is disposed.</summary>
    public IDisposable Tear(string service) => Wired[service].Tear();

    /// <summary>kill -9 of one process, if it runs; returns at once.</summary>
    public void Kill(string name)
    {
        if (_system.Process(name).Pid > 0) _system.Kill(name);
    }

    /// <summary>kill -9 of one process; returns when its successor is ready.</summary>
    public Task KillAsync(string name) => _system.RestartedAsync(name, _system.Kill(name));

    public async ValueTask DisposeAsync()
    {
        await _system.DisposeAsync();
        if (_wires is not null) await _wires.DisposeAsync();
        Directory.Delete(_system.Folder, recursive: true);
    }

    Wires Wired => _wires ?? throw new InvalidOperationException("This system was started without wires.");
}
