using System.IO.Pipelines;

namespace VideoGen.Gateway.Limits;

/// <summary>
/// A connection's way out. The server answers what it can't read with a bare status; whoever hears of it first
/// (<see cref="ServerRefusals"/>) may put a whole answer in its place, and what the server says after that is dropped.
/// </summary>
internal sealed class RefusableOutput(PipeWriter output) : PipeWriter
{
    volatile bool _isOver;

    public override bool CanGetUnflushedBytes => output.CanGetUnflushedBytes;

    public override long UnflushedBytes => output.UnflushedBytes;

    /// <summary>The last words on this connection.</summary>
    /// <param name="answer">A whole answer of HTTP/1.1.</param>
    public void End(ReadOnlySpan<byte> answer)
    {
        if (_isOver) return;
        answer.CopyTo(output.GetSpan(answer.Length));
        output.Advance(answer.Length);
        _isOver = true;
    }

    public override Memory<byte> GetMemory(int sizeHint = 0) =>
        !_isOver ? output.GetMemory(sizeHint) : new byte[Math.Max(sizeHint, 4096)];

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override void Advance(int bytes)
    {
        if (!_isOver) output.Advance(bytes);
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) =>
        output.FlushAsync(cancellationToken);

    public override void CancelPendingFlush() => output.CancelPendingFlush();

    public override void Complete(Exception? exception = null) => output.Complete(exception);

    public override ValueTask CompleteAsync(Exception? exception = null) => output.CompleteAsync(exception);
}
