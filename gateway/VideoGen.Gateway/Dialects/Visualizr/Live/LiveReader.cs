using System.Buffers;
using System.Net.WebSockets;
using System.Text.Json;
using VideoGen.HttpApi.Errors;

namespace VideoGen.Gateway.Dialects.Visualizr.Live;

/// <summary>
/// One client's socket, as the receiving side sees it: takes its messages one after another until either side closes. It waits for them
/// without a buffer of its own.
/// </summary>
internal sealed class LiveReader(WebSocket socket, LiveSocket client, LiveCatchUp catchUp, LiveOptions options)
{
    const int MaxIdLength = 100;

    static readonly JsonDocumentOptions Strict = new() { MaxDepth = 8 };

    public async Task ReadAsync(CancellationToken ct)
    {
        try
        {
            while (await ReadMessageAsync(ct))
            {
                // Goes on until the close, its own or the client's.
            }
        }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException or IOException)
        {
            // The connection broke, or the client sent what no WebSocket may send: the framework has closed it then.
        }
    }

    /// <returns>False at the close.</returns>
    async Task<bool> ReadMessageAsync(CancellationToken ct)
    {
        var first = await socket.ReceiveAsync(Memory<byte>.Empty, ct);
        if (first.MessageType == WebSocketMessageType.Close) return Farewell();
        // An empty message is over before anything of it can be read.
        if (first is { EndOfMessage: true, MessageType: WebSocketMessageType.Text })
        {
            await TakeAsync(ReadOnlyMemory<byte>.Empty);
            return true;
        }
        var buffer = ArrayPool<byte>.Shared.Rent(options.MaxMessageBytes);
        try
        {
            var length = 0;
            var part = first;
            while (!part.EndOfMessage)
            {
                part = await socket.ReceiveAsync(buffer.AsMemory(length, options.MaxMessageBytes - length), ct);
                if (part.MessageType == WebSocketMessageType.Close) return Farewell();
                length += part.Count;
                if (length == options.MaxMessageBytes && !part.EndOfMessage) return await IgnoreTheRestAsync(WebSocketCloseStatus.MessageTooBig, "The message is too large.", buffer, ct);
            }
            if (part.MessageType == WebSocketMessageType.Binary)
                return await IgnoreTheRestAsync(WebSocketCloseStatus.InvalidMessageType, "Messages are JSON texts.", buffer, ct);
            await TakeAsync(buffer.AsMemory(0, length));
            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    bool Farewell()
    {
        client.Close(WebSocketCloseStatus.NormalClosure, "");
        return false;
    }

    /// <summary>Reads on until the client has seen the close: what is unread would break the connection before that.</summary>
    async Task<bool> IgnoreTheRestAsync(WebSocketCloseStatus status, string reason, byte[] buffer, CancellationToken ct)
    {
        client.Close(status, reason);
        while ((await socket.ReceiveAsync(buffer.AsMemory(), ct)).MessageType != WebSocketMessageType.Close)
        {
            // Nothing of it is wanted.
        }
        return false;
    }

    async Task TakeAsync(ReadOnlyMemory<byte> message)
    {
        var (type, requestId, fault) = Parse(message);
        if (fault is not null) await client.ReplyAsync(LiveMessages.Error(Problems.Of(ErrorCodes.InvalidRequest, fault), requestId));
        else if (type == "ping") await client.ReplyAsync(LiveMessages.Pong);
        else if (requestId is not { Length: > 0 and <= MaxIdLength } || VisualizrId.ReadRequest(requestId) is not { } jobId)
            await client.ReplyAsync(LiveMessages.Error(VisualizrErrors.RequestNotFound(), requestId is { Length: <= MaxIdLength } ? requestId : null));
        else if (type == "subscribe") await SubscribeAsync(jobId, requestId);
        else
        {
            client.Unsubscribe(jobId);
            await client.ReplyAsync(LiveMessages.Unsubscribed(requestId));
        }
    }

    async Task SubscribeAsync(Guid jobId, string requestId)
    {
        if (!client.TrySubscribe(jobId, requestId, options.SubscriptionsPerSocket, out var watch))
            await client.ReplyAsync(LiveMessages.Error(
                Problems.Of(ErrorCodes.QuotaExceeded, $"A socket follows at most {options.SubscriptionsPerSocket} requests; unsubscribe from one or open another."), requestId));
        else
        {
            if (watch!.News is null) catchUp.Ask(watch);
            await client.RoomAsync(options.SubscriptionsPerSocket);
        }
    }

    static (string? Type, string? RequestId, string? Fault) Parse(ReadOnlyMemory<byte> message)
    {
        try
        {
            using var json = JsonDocument.Parse(message, Strict);
            if (json.RootElement.ValueKind != JsonValueKind.Object) return (null, null, "The message must be a JSON object.");
            var (type, requestId) = (Text(json.RootElement, "type"), Text(json.RootElement, "request_id"));
            if (type is not ("subscribe" or "unsubscribe" or "ping")) return (null, requestId is { Length: <= MaxIdLength } ? requestId : null, "type must be subscribe, unsubscribe or ping.");
            return type != "ping" && requestId is null ? (type, null, "request_id is required and must be a text.") : (type, requestId, null);
        }
        catch (JsonException)
        {
            return (null, null, "The message is not valid JSON.");
        }
        catch (InvalidOperationException)
        {
            return (null, null, "The message holds text that is not valid Unicode.");
        }
    }

    static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
