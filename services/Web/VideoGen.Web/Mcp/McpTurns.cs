namespace VideoGen.Web.Mcp;

/// <summary>
/// One job after the other for each credential of this instance: each sees what the one before it spent. Nobody waits for ever, and no
/// credential waits for another.
/// </summary>
internal sealed class McpTurns(TimeProvider time)
{
    /// <summary>How long a call waits for those of its credential that came before it.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    readonly Lock _lock = new();
    readonly Dictionary<Guid, Line> _lines = [];

    /// <summary>Dispose when done; null when the turn did not come in time.</summary>
    public async Task<IDisposable?> TakeAsync(Guid credential, CancellationToken ct)
    {
        var line = Join(credential);
        using var patience = new CancellationTokenSource(Patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
        try
        {
            await line.Door.WaitAsync(both.Token);
        }
        catch (OperationCanceledException)
        {
            Leave(credential, line);
            ct.ThrowIfCancellationRequested();
            return null;
        }
        return new Turn(() =>
        {
            line.Door.Release();
            Leave(credential, line);
        });
    }

    Line Join(Guid credential)
    {
        lock (_lock)
        {
            if (!_lines.TryGetValue(credential, out var line)) _lines[credential] = line = new Line();
            line.Count++;
            return line;
        }
    }

    /// <summary>A line that nobody stands in is forgotten.</summary>
    void Leave(Guid credential, Line line)
    {
        lock (_lock)
        {
            if (--line.Count > 0) return;
            _lines.Remove(credential);
        }
        line.Dispose();
    }

    sealed class Line : IDisposable
    {
        public SemaphoreSlim Door { get; } = new(1);

        /// <summary>Who waits or has the turn.</summary>
        public int Count { get; set; }

        public void Dispose() => Door.Dispose();
    }

    sealed class Turn(Action leave) : IDisposable
    {
        public void Dispose() => leave();
    }
}
