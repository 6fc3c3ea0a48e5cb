using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Options;

namespace VideoGen.Web.Monitor;

/// <summary>
/// The browsers that watch. What is sent goes into a small queue for each; nobody waits for a browser. One whose queue is full gets,
/// in place of all that, the one message that it should read its cards anew.
/// </summary>
internal sealed class LiveStreams(IOptions<MonitorOptions> options) : IDisposable
{
    readonly ConcurrentDictionary<LiveStream, byte> _open = new();
    readonly SemaphoreSlim _arrival = new(0, 1);

    public bool IsEmpty => _open.IsEmpty;

    public int Count => _open.Count;

    /// <summary>A stream to be disposed by its reader; null when there are as many as there may be.</summary>
    public LiveStream? TryOpen()
    {
        if (_open.Count >= options.Value.MaxStreams) return null;
        var stream = new LiveStream(closed => _open.TryRemove(closed, out _));
        _open[stream] = 0;
        lock (_arrival)
        {
            if (_arrival.CurrentCount == 0) _arrival.Release();
        }
        return stream;
    }

    public void Send(LiveMessage message)
    {
        foreach (var stream in _open.Keys) stream.Offer(message);
    }

    /// <summary>Returns when there is somebody to send to.</summary>
    public async Task WaitForReadersAsync(CancellationToken ct)
    {
        while (IsEmpty) await _arrival.WaitAsync(ct);
    }

    public void Dispose() => _arrival.Dispose();
}

/// <summary>One browser's queue.</summary>
internal sealed class LiveStream : IDisposable
{
    const int Capacity = 32;

    readonly Channel<LiveMessage> _queue = Channel.CreateBounded<LiveMessage>(Capacity);
    readonly Action<LiveStream> _close;

    public LiveStream(Action<LiveStream> close)
    {
        _close = close;
        // Between the page's own reading and this moment something may have changed.
        Offer(LiveMessage.Resync);
    }

    public ChannelReader<LiveMessage> Messages => _queue.Reader;

    public void Offer(LiveMessage message)
    {
        if (_queue.Writer.TryWrite(message)) return;
        while (_queue.Reader.TryRead(out _))
        {
            // What is thrown away here is in what the browser will read.
        }
        _queue.Writer.TryWrite(LiveMessage.Resync);
    }

    public void Dispose() => _close(this);
}

/// <param name="Event">The name of the server-sent event: <c>cards</c>, <c>tallies</c>, <c>resync</c> or <c>bye</c>.</param>
/// <param name="Frame">The whole event as bytes, made once for all browsers.</param>
internal sealed record LiveMessage(string Event, ReadOnlyMemory<byte> Frame)
{
    /// <summary>The browser should read its cards anew.</summary>
    public static readonly LiveMessage Resync = Of("resync", "now");

    /// <summary>The browser's session has ended: this is the last it hears; when it asks again it is sent to the sign-in.</summary>
    public static readonly LiveMessage Bye = Of("bye", "now");

    public static LiveMessage Of(string name, string content)
    {
        // Every kind of line end begins a new line of the event.
        var lines = content.ReplaceLineEndings("\n").Split('\n');
        return new LiveMessage(name, System.Text.Encoding.UTF8.GetBytes($"event: {name}\ndata: {string.Join("\ndata: ", lines)}\n\n"));
    }
}
