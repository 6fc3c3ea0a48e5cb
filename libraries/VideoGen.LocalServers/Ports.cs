using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json;

namespace VideoGen.LocalServers;

/// <summary>
/// Ports on 127.0.0.1 that stay the same from run to run: kept in a file, replaced only when something else has taken one.
/// They come from below the kernel's range for outgoing connections, so that no connection takes one between choice and use.
/// </summary>
internal sealed class Ports
{
    private const int Lowest = 20000;
    private const int Highest = 32000;
    private const int Tries = 500;

    private readonly string? _file;
    private readonly Dictionary<string, int> _kept;
    private readonly HashSet<int> _given = [];

    private Ports(string? file, Dictionary<string, int> kept)
    {
        _file = file;
        _kept = kept;
    }

    /// <summary>Ports remembered in the file.</summary>
    internal static Ports KeptIn(string file) =>
        new(file, File.Exists(file) ? JsonSerializer.Deserialize<Dictionary<string, int>>(File.ReadAllText(file)) ?? [] : []);

    /// <summary>A port that nothing listens on now.</summary>
    internal static int Free() => new Ports(null, []).AnyFree();

    /// <summary>The wished port or the next free one above it; without a wish the one of the last run, or any.</summary>
    internal int For(string key, int? wished = null)
    {
        var port = wished is > 0 ? NextFree(wished.Value)
            : _kept.TryGetValue(key, out var last) && IsFree(last) && !_given.Contains(last) ? last
            : AnyFree();
        _given.Add(port);
        _kept[key] = port;
        return port;
    }

    internal void Save()
    {
        if (_file is not null)
            AtomicFile.Write(_file, JsonSerializer.Serialize(_kept));
    }

    /// <summary>Waits until nothing listens on the kept ports any more: the processes of a run that was killed end a moment after it.</summary>
    internal async Task WaitUntilFreeAsync(TimeSpan patience, CancellationToken cancellationToken = default)
    {
        var waiting = Stopwatch.StartNew();
        while (waiting.Elapsed < patience && !_kept.Values.All(IsFree))
        {
            await Task.Delay(100, cancellationToken);
        }
    }

    private int NextFree(int wished)
    {
        for (var port = wished; port < wished + Tries && port <= IPEndPoint.MaxPort; port++)
        {
            if (!_given.Contains(port) && IsFree(port))
                return port;
        }

        throw new LocalServerException($"No port from {wished} upwards is free.");
    }

    private int AnyFree()
    {
        for (var attempt = 0; attempt < Tries; attempt++)
        {
            var port = RandomNumberGenerator.GetInt32(Lowest, Highest);
            if (!_given.Contains(port) && !_kept.ContainsValue(port) && IsFree(port))
                return port;
        }

        throw new LocalServerException($"No port between {Lowest} and {Highest} is free.");
    }

    /// <summary>Whether nothing listens on the port, at any address.</summary>
    internal static bool IsFree(int port)
    {
        // Bound to every address first: a program that listens on all of them would be missed on loopback alone.
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
