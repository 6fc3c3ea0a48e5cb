using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace VideoGen.AppHost.Start;

/// <summary>One of the other APIs that the gateway speaks, and where on this machine.</summary>
/// <param name="Path">Its base under the gateway's address.</param>
/// <param name="RootPath">Its base on its own port, where the prefix falls away.</param>
/// <param name="Port">Its own port; null for none.</param>
/// <param name="Note">Why it has none although one was wished for.</param>
internal sealed record DialectAddress(string Title, string Section, string Path, string RootPath, int? Port = null, string? Note = null);

/// <summary>
/// Programs with an address of their API in their code expect it where its document has it: Visualizr on port 8002, AI Studio on 8000. A port
/// that something else uses is left alone, and the system starts without it.
/// </summary>
internal static class DialectAddresses
{
    // Title, section, base under the gateway, base at the root, port that its document names.
    private static readonly (string Title, string Section, string Path, string RootPath, int Port)[] All =
    [
        ("Vivid Flow", "VividFlow", "/vivid-flow/api/v1", "/api/v1", 0),
        ("Vydra", "Vydra", "/vydra/api/v1", "/api/v1", 0),
        ("AI Studio", "AiStudio", "/ai-studio/api/v1", "/api/v1", 8000),
        ("VSL", "Vsl", "/vsl", "", 0),
        ("Visualizr", "Visualizr", "/visualizr", "", 8002),
    ];

    /// <summary>Opens the ports on the gateway; <c>--Dialects:Visualizr:Port=N</c> wishes for another, 0 or nothing for none.</summary>
    internal static IReadOnlyList<DialectAddress> OpenDialectPorts<T>(this IResourceBuilder<T> gateway, IDistributedApplicationBuilder builder)
        where T : IResourceWithEnvironment, IResourceWithEndpoints
    {
        // A port belongs to one process.
        var hasOneProcess = builder.Configuration["Resources:gateway:Replicas"] is null or "1";
        var taken = new HashSet<int> { gateway.Resource.Annotations.OfType<EndpointAnnotation>().First().Port ?? 0 };
        var addresses = new List<DialectAddress>();
        foreach (var (title, section, path, rootPath, usual) in All)
        {
            var wished = WishOf(builder.Configuration[$"Dialects:{section}:Port"], section, usual);
            var address = new DialectAddress(title, section, path, rootPath);
            if (wished > 0) address = NoteOf(wished, hasOneProcess, taken) is { } note ? address with { Note = note } : address with { Port = wished };
            // Said in any case: the gateway inherits this process's environment, the wish included.
            gateway.WithEnvironment($"Dialects__{section}__Port", (address.Port ?? 0).ToString(CultureInfo.InvariantCulture));
            addresses.Add(address);
        }

        return addresses;
    }

    private static int WishOf(string? text, string section, int usual)
    {
        if (text is null)
            return usual;
        if (string.IsNullOrWhiteSpace(text))
            return 0;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= IPEndPoint.MaxPort
            ? port
            : throw new DistributedApplicationException($"Dialects:{section}:Port must be a port, or 0 for none.");
    }

    private static string? NoteOf(int port, bool hasOneProcess, HashSet<int> taken)
    {
        if (!hasOneProcess)
            return "no port of its own: several gateways run";
        return taken.Add(port) && IsFree(port) ? null : $"port {port} is in use";
    }

    private static bool IsFree(int port)
    {
        // Bound to every address: a program that listens on all of them would be missed on loopback alone.
        try
        {
            using var everywhere = new TcpListener(IPAddress.Any, port);
            everywhere.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
