using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace VideoGen.Bench.Sockets;

/// <summary>A socket that follows one job and notes when it hears of each percent.</summary>
internal sealed class SocketClient : IAsyncDisposable
{
    readonly ClientWebSocket _socket = new();
    readonly List<(int Percent, DateTimeOffset At)> _heard = [];
    readonly byte[] _buffer = new byte[512];
    Task _listening = Task.CompletedTask;

    SocketClient(Guid jobId) => JobId = jobId;

    public Guid JobId { get; }

    /// <summary>Returns when the first message is there.</summary>
    public static async Task<SocketClient> OpenAsync(Uri address, string key, Guid jobId)
    {
        var client = new SocketClient(jobId);
        client._socket.Options.SetRequestHeader("Authorization", $"Bearer {key}");
        client._socket.Options.KeepAliveInterval = TimeSpan.Zero;
        await client._socket.ConnectAsync(address, CancellationToken.None);
        await client._socket.SendAsync(
            Encoding.ASCII.GetBytes($$"""{"type":"subscribe","request_id":"video_req_{{jobId}}"}"""), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        if (!await client.HearAsync()) throw new InvalidOperationException("The gateway closed the socket.");
        client._listening = client.ListenAsync();
        return client;
    }

    /// <summary>When it heard of this percent or of more; null for never.</summary>
    public DateTimeOffset? TimeOf(int percent)
    {
        lock (_heard)
        {
            foreach (var (heard, at) in _heard)
                if (heard >= percent) return at;
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Abort();
        await _listening;
        _socket.Dispose();
    }

    async Task ListenAsync()
    {
        try
        {
            while (await HearAsync())
            {
                // Until the end of the measurement.
            }
        }
        catch (Exception end) when (end is WebSocketException or OperationCanceledException)
        {
            // Aborted by us, or by the gateway: what is missing then shows in the figures.
        }
    }

    async Task<bool> HearAsync()
    {
        var message = await _socket.ReceiveAsync(_buffer.AsMemory(), CancellationToken.None);
        var at = DateTimeOffset.UtcNow;
        if (message.MessageType == WebSocketMessageType.Close) return false;
        using var json = JsonDocument.Parse(_buffer.AsMemory(0, message.Count));
        if (json.RootElement.GetProperty("type").GetString() != "progress") throw new InvalidOperationException(Encoding.UTF8.GetString(_buffer, 0, message.Count));
        lock (_heard) _heard.Add((json.RootElement.GetProperty("progress").GetInt32(), at));
        return true;
    }
}
