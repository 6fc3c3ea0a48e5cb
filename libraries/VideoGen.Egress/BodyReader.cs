using System.Buffers;

namespace VideoGen.Egress;

/// <summary>Looks at the first bytes of a body before the rest is read.</summary>
sealed class StartCheck(int size, Func<ReadOnlyMemory<byte>, string?> refuse)
{
    public int Size { get; } = size;

    public string? Refuse(ReadOnlyMemory<byte> start) => refuse(start);
}

/// <summary>Copies a body while counting it: the cap is on bytes received, whatever the headers announced.</summary>
sealed class BodyReader(ExchangeClock clock)
{
    const int BufferBytes = 64 * 1024;

    public long Written { get; private set; }

    public async Task<EgressFailure?> CopyAsync(HttpResponseMessage response, Stream target, long maxBytes, StartCheck? start)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            var held = 0; // Bytes in the buffer that the start check has not seen enough of.
            while (true)
            {
                var (read, failure) = await ReadAsync(response, buffer.AsMemory(held));
                if (failure is not null) return failure;
                clock.Count(read);
                held += read;
                if (start is not null && read > 0 && held < start.Size) continue;
                if (start?.Refuse(buffer.AsMemory(0, Math.Min(held, start.Size))) is { } reason) return new EgressFailure(EgressFailureKind.BadContent, reason);
                start = null;

                var room = (int)Math.Min(held, maxBytes - Written);
                await target.WriteAsync(buffer.AsMemory(0, room), clock.Token);
                Written += room;
                if (room < held) return TooLarge(maxBytes);
                if (read == 0) return null;
                held = 0;
            }
        }
        catch (OperationCanceledException) when (!clock.IsCallersWish && clock.Failure is { } ended)
        {
            return ended;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public static EgressFailure TooLarge(long maxBytes) => new(EgressFailureKind.TooLarge, $"The content is larger than {maxBytes} bytes.");

    async Task<(int Read, EgressFailure? Failure)> ReadAsync(HttpResponseMessage response, Memory<byte> buffer)
    {
        try
        {
            var body = await response.Content.ReadAsStreamAsync(clock.Token);
            return (await body.ReadAsync(buffer, clock.Token), null);
        }
        catch (Exception broken) when (broken is IOException or HttpRequestException)
        {
            return (0, clock.Failure ?? new EgressFailure(EgressFailureKind.Truncated, "The connection ended before the whole content had come."));
        }
    }
}
