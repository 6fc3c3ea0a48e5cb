namespace VideoGen.Storage.Tests.Objects;

/// <summary>Fails after some bytes, as a connection does.</summary>
internal sealed class BrokenStream(int after) : ReadOnlyStream
{
    int _left = after;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_left == 0) throw new InvalidOperationException("The source broke.");
        var read = Math.Min(_left, buffer.Length);
        _left -= read;
        return ValueTask.FromResult(read);
    }
}

/// <summary>Gives pieces of 1000 bytes and waits in the middle until told.</summary>
internal sealed class SlowStream(int pieces) : ReadOnlyStream
{
    readonly TaskCompletionSource _halfWay = new();
    readonly TaskCompletionSource _goOn = new();
    int _given;

    public Task HalfWay => _halfWay.Task;

    public void GoOn() => _goOn.SetResult();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_given == pieces / 2)
        {
            _halfWay.TrySetResult();
            await _goOn.Task;
        }
        return _given++ < pieces ? 1000 : 0;
    }
}

internal abstract class ReadOnlyStream : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}

/// <summary>A file of known length that can no longer be read after some bytes.</summary>
internal sealed class BreakingFile(long bytes, long after) : ReadOnlyStream
{
    long _read;

    public override bool CanSeek => true;

    public override long Length => bytes;

    public override long Position
    {
        get => _read;
        set => throw new NotSupportedException();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_read >= after) throw new IOException("The disk broke.");
        var read = (int)Math.Min(after - _read, buffer.Length);
        _read += read;
        return ValueTask.FromResult(read);
    }
}
