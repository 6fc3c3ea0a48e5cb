using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Npgsql;
using VideoGen.HttpApi;
using VideoGen.Testing;

namespace VideoGen.Bench;

/// <summary>The system under load: one of the program's own, or one that runs already.</summary>
internal sealed class BenchedSystem : IAsyncDisposable
{
    /// <summary>So that one address may be everybody.</summary>
    static readonly Dictionary<string, string> RoomForOneAddress = new(StringComparer.Ordinal)
    {
        ["Resources__gateway__Environment__Gateway__Limits__SignUpsPerMinute"] = "100000",
        ["Resources__gateway__Environment__Gateway__Limits__SignInsPerMinute"] = "100000",
        ["Resources__gateway__Environment__Gateway__Limits__PublicReadsPerMinute"] = "100000000",
        ["Resources__accounts__Environment__Accounts__Users__SignUpsPerAddress"] = "100000",
        ["Resources__accounts__Environment__Accounts__Users__SignInsPerAddress"] = "100000",
    };

    readonly RunningSystem? _own;
    readonly string _folder;

    BenchedSystem(RunningSystem? own, string folder, TimeSpan? startedIn)
    {
        _own = own;
        _folder = folder;
        StartedIn = startedIn;
    }

    /// <summary>It was started here, and may be changed.</summary>
    public bool IsOwn => _own is not null;

    /// <summary>From the start of its host until everything was ready; null for one that runs already.</summary>
    public TimeSpan? StartedIn { get; }

    /// <summary>Everything the run writes.</summary>
    public string Folder => _folder;

    public SystemEndpoints Endpoints =>
        JsonSerializer.Deserialize<SystemEndpoints>(File.ReadAllText(Path.Combine(_folder, "endpoints.json")), ApiJson.Options)!;

    /// <summary>Its processes, and the host that watches over them where that is known.</summary>
    public IReadOnlyList<(string Name, int Id)> Processes =>
    [
        .. Endpoints.Processes.Select(process => (process.Name, process.Pid)),
        .. _own is null ? [] : new[] { ("host", _own.HostProcessId) },
    ];

    /// <summary>The gateway's address without a trailing slash.</summary>
    public string Gateway => Endpoints.Gateway.TrimEnd('/');

    /// <param name="settings">More environment for the AppHost, when it is started here.</param>
    public static async Task<BenchedSystem> OpenAsync(BenchArguments arguments, IReadOnlyDictionary<string, string>? settings = null)
    {
        if (arguments.Text("folder") is { } folder)
        {
            var running = Path.GetFullPath(folder);
            if (!File.Exists(Path.Combine(running, "endpoints.json")))
                throw new ArgumentException(
                    $"--folder {folder}: no system runs there (it has no endpoints.json). Without --folder one is started.");
            return new BenchedSystem(own: null, running, startedIn: null);
        }
        var all = new Dictionary<string, string>(RoomForOneAddress, StringComparer.Ordinal);
        foreach (var (name, value) in settings ?? new Dictionary<string, string>()) all[name] = value;
        await Console.Error.WriteLineAsync("Starting a system …");
        var watch = Stopwatch.StartNew();
        var own = await RunningSystem.StartAsync(overrides: all);
        return new BenchedSystem(own, own.Folder, watch.Elapsed);
    }

    /// <summary>Its private PostgreSQL, as the superuser.</summary>
    public NpgsqlConnectionStringBuilder Postgres(string database) => new()
    {
        Host = "127.0.0.1",
        Port = int.Parse(Kept("ports.json", "postgres.tcp"), CultureInfo.InvariantCulture),
        Username = "postgres",
        Password = Kept("parameters.json", "postgres-password"),
        Database = database,
        Pooling = false,
    };

    /// <summary>Ends one of the processes; answers when it is there again and all are ready. Only for a system of one's own.</summary>
    public async Task RestartAsync(string process)
    {
        if (_own is null) throw new InvalidOperationException("Somebody else started this system.");
        await _own.RestartedAsync(process, _own.Kill(process));
        var patience = TimeSpan.FromMinutes(1);
        await Eventually.ThatAsync(() => Endpoints.Processes.All(one => one.State == "ready"), patience, "everything is ready again");
    }

    public ValueTask DisposeAsync() => _own?.DisposeAsync() ?? ValueTask.CompletedTask;

    string Kept(string file, string name)
    {
        using var kept = JsonDocument.Parse(File.ReadAllText(Path.Combine(_folder, file)));
        return kept.RootElement.GetProperty(name).ToString();
    }
}
