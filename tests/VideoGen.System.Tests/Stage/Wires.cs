using System.Text.Json;

namespace VideoGen.System.Tests.Stage;

/// <summary>A <see cref="Wire"/> to each service, laid between it and the gateway, and between it and Jobs.</summary>
sealed class Wires : IAsyncDisposable
{
    static readonly string[] Services = ["accounts", "jobs", "providers", "storage"];
    static readonly string[] Callers = ["gateway", "jobs"];

    readonly Dictionary<string, Wire> _wires;

    /// <param name="folder">The system's; it says there which ports it chose before it starts anything.</param>
    public Wires(string folder) => _wires = Services.ToDictionary(service => service, service => new Wire(() => PortOf(folder, service)));

    public Wire this[string service] => _wires[service];

    /// <summary>What has the callers go through the wires.</summary>
    public IReadOnlyDictionary<string, string> Settings => (
        from caller in Callers
        from wire in _wires
        where wire.Key != caller
        select (Name: $"Resources__{caller}__Environment__services__{wire.Key}__http__0", wire.Value.Url)).ToDictionary(pair => pair.Name, pair => pair.Url);

    public async ValueTask DisposeAsync()
    {
        foreach (var wire in _wires.Values) await wire.DisposeAsync();
    }

    static int PortOf(string folder, string service)
    {
        using var ports = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "ports.json")));
        return ports.RootElement.GetProperty($"{service}.http").GetInt32();
    }
}
