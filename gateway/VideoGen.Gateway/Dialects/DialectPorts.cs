using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace VideoGen.Gateway.Dialects;

/// <summary>Opens the dialects' own ports, on the same interface as the gateway's first address. It runs before the server starts.</summary>
internal sealed class DialectPorts(IServer server, DialectMounts mounts, IConfiguration configuration) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        var ports = mounts.All.Select(mount => mount.Options.OwnPort).OfType<int>().ToArray();
        if (ports.Length == 0) return Task.CompletedTask;
        // The server takes its addresses from the configuration only where nobody has added one.
        var addresses = server.Features.Get<IServerAddressesFeature>()!.Addresses;
        var usual = addresses.Count > 0 ? [.. addresses] : UsualAddresses();
        addresses.Clear();
        var host = BindingAddress.Parse(usual[0]).Host;
        foreach (var address in usual.Concat(ports.Select(port => $"http://{host}:{port}"))) addresses.Add(address);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>As the server itself would choose: <c>urls</c>, else <c>http_ports</c> (how containers say it), else its default.</summary>
    string[] UsualAddresses()
    {
        if (Split(configuration["urls"]) is { Length: > 0 } urls) return urls;
        return Split(configuration["http_ports"]) is { Length: > 0 } ports ? [.. ports.Select(port => $"http://*:{port}")] : ["http://127.0.0.1:5000"];
    }

    static string[] Split(string? list) => (list ?? "").Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
