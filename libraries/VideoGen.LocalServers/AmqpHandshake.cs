using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace VideoGen.LocalServers;

/// <summary>How far a connection to a broker got.</summary>
internal enum AmqpAnswer
{
    /// <summary>Nothing listens, or what listens does not answer yet, or the virtual host is not open.</summary>
    Unreachable,

    /// <summary>It speaks AMQP and refuses this user or password.</summary>
    Refused,

    /// <summary>The virtual host is open: publishing and consuming would work.</summary>
    Open,
}

/// <summary>
/// Opens a connection by AMQP 0-9-1 and closes it again. An open port is not enough: RabbitMQ listens seconds before
/// it serves. Steps (section 2.2.4 of the specification): header → Start → Start-Ok (PLAIN) → Tune → Tune-Ok, Open → Open-Ok → Close.
/// </summary>
internal static class AmqpHandshake
{
    private const byte MethodFrame = 1;
    private const byte FrameEnd = 0xCE;
    private const int ConnectionClass = 10;
    private const int Start = 10, StartOk = 11, Tune = 30, TuneOk = 31, Open = 40, OpenOk = 41, Close = 50;
    private const int LongestFrame = 131_072;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    internal static async Task<AmqpAnswer> TryAsync(Uri broker, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            using var client = new TcpClient { NoDelay = true };
            await client.ConnectAsync(broker.Host, broker.Port > 0 ? broker.Port : 5672, limit.Token);
            return await HandshakeAsync(client.GetStream(), broker, limit.Token);
        }
        catch (Exception problem) when (problem is SocketException or IOException)
        {
            return AmqpAnswer.Unreachable;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return AmqpAnswer.Unreachable;
        }
    }

    private static async Task<AmqpAnswer> HandshakeAsync(NetworkStream stream, Uri broker, CancellationToken cancellationToken)
    {
        await stream.WriteAsync("AMQP\0\0\u0009\u0001"u8.ToArray(), cancellationToken);
        if (await ReadMethodAsync(stream, cancellationToken) != Start)
            return AmqpAnswer.Unreachable;
        await SendAsync(stream, StartOk, StartOkArguments(broker), cancellationToken);
        try
        {
            if (await ReadMethodAsync(stream, cancellationToken) != Tune)
                return AmqpAnswer.Refused;
        }
        catch (EndOfStreamException)
        {
            // The specification's way of refusing a login is to hang up.
            return AmqpAnswer.Refused;
        }

        await SendAsync(stream, TuneOk, [0x07, 0xFF, 0x00, 0x02, 0x00, 0x00, 0x00, 0x00], cancellationToken);
        await SendAsync(stream, Open, [.. ShortString(VirtualHost(broker)), 0, 0], cancellationToken);
        var opened = await ReadMethodAsync(stream, cancellationToken);
        await SendAsync(stream, Close, [0x00, 0xC8, .. ShortString("ok"), 0, 0, 0, 0], cancellationToken);
        return opened == OpenOk ? AmqpAnswer.Open : AmqpAnswer.Unreachable;
    }

    private static byte[] StartOkArguments(Uri broker)
    {
        var login = broker.UserInfo.Split(':', 2).Select(Uri.UnescapeDataString).ToArray();
        var (user, password) = login.Length == 2 ? (login[0], login[1]) : ("guest", "guest");
        return [.. ClientProperties(), .. ShortString("PLAIN"), .. LongString($"\0{user}\0{password}"), .. ShortString("en_US")];
    }

    /// <summary>Asks RabbitMQ to say so when it refuses a login; without that it is silent for seconds and hangs up.</summary>
    private static byte[] ClientProperties()
    {
        byte[] wish = [.. ShortString("authentication_failure_close"), (byte)'t', 1];
        byte[] capabilities = [.. ShortString("capabilities"), (byte)'F', .. Length(wish.Length), .. wish];
        return [.. Length(capabilities.Length), .. capabilities];
    }

    private static string VirtualHost(Uri broker) =>
        broker.AbsolutePath is "" or "/" ? "/" : Uri.UnescapeDataString(broker.AbsolutePath[1..]);

    private static async Task SendAsync(NetworkStream stream, int method, byte[] arguments, CancellationToken cancellationToken)
    {
        byte[] header = [MethodFrame, 0, 0, 0, 0, 0, 0, 0, ConnectionClass, 0, (byte)method];
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(3), 4 + arguments.Length);
        await stream.WriteAsync(new ReadOnlyMemory<byte>([.. header, .. arguments, FrameEnd]), cancellationToken);
    }

    private static async Task<int> ReadMethodAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        var header = new byte[7];
        await stream.ReadExactlyAsync(header, cancellationToken);
        var length = BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(3));
        if (header[0] != MethodFrame || length is < 4 or > LongestFrame)
            return -1;
        var frame = new byte[length + 1];
        await stream.ReadExactlyAsync(frame, cancellationToken);
        return BinaryPrimitives.ReadInt16BigEndian(frame) == ConnectionClass ? BinaryPrimitives.ReadInt16BigEndian(frame.AsSpan(2)) : -1;
    }

    private static byte[] ShortString(string text) => [(byte)Encoding.UTF8.GetByteCount(text), .. Encoding.UTF8.GetBytes(text)];

    private static byte[] LongString(string text) => [.. Length(Encoding.UTF8.GetByteCount(text)), .. Encoding.UTF8.GetBytes(text)];

    private static byte[] Length(int length)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, length);
        return bytes;
    }
}
