namespace VideoGen.Gateway.Limits;

/// <summary>
/// A request's body that must have come within a time. A caller is looked at when the request begins; without an end to the body, a
/// key that was revoked hours ago could still finish what it began. The server refuses silence by itself, so every read ends soon.
/// </summary>
internal sealed class TimedBody(Stream inner, TimeSpan longest, TimeProvider time) : Stream
{
    readonly long _since = time.GetTimestamp();

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await inner.ReadAsync(buffer, cancellationToken);
        if (time.GetElapsedTime(_since) <= longest) return count;
        throw new BadHttpRequestException($"The body did not come within {longest.TotalMinutes} minutes.", StatusCodes.Status408RequestTimeout);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
        // Nothing is written.
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
