using System.Text.Json;
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

    BenchedSystem(RunningSystem? own, string folder)
    {
        _own = own;
        _folder = folder;
    }

    public SystemEndpoints Endpoints => JsonSerializer.Deserialize<SystemEndpoints>(File.ReadAllText(Path.Combine(_folder, "endpoints.json")), ApiJson.Options)!;

    /// <summary>The gateway's address without a trailing slash.</summary>
    public string Gateway => Endpoints.Gateway.TrimEnd('/');

    /// <param name="settings">More environment for the AppHost, when it is started here.</param>
    public static async Task<BenchedSystem> OpenAsync(BenchArguments arguments, IReadOnlyDictionary<string, string>? settings = null)
    {
        if (arguments.Text("folder") is { } folder) return new BenchedSystem(own: null, Path.GetFullPath(folder));
        var all = new Dictionary<string, string>(RoomForOneAddress, StringComparer.Ordinal);
        foreach (var (name, value) in settings ?? new Dictionary<string, string>()) all[name] = value;
        await Console.Error.WriteLineAsync("Starting a system …");
        var own = await RunningSystem.StartAsync(overrides: all);
        return new BenchedSystem(own, own.Folder);
    }

    public ValueTask DisposeAsync() => _own?.DisposeAsync() ?? ValueTask.CompletedTask;
}
