using System.Text.Json;
using System.Text.Json.Nodes;
using VideoGen.HttpApi.Errors;

namespace VideoGen.Gateway.Dialects.Visualizr.Live;

/// <summary>Messages that answer a client's own.</summary>
internal static class LiveMessages
{
    public static ReadOnlyMemory<byte> Pong { get; } = """{"type":"pong"}"""u8.ToArray();

    public static ReadOnlyMemory<byte> Unsubscribed(string requestId) => Bytes(new JsonObject { ["type"] = "unsubscribed", ["request_id"] = requestId });

    /// <param name="requestId">What the refused message was about, if anything.</param>
    public static ReadOnlyMemory<byte> Error(ProblemAnswer refusal, string? requestId)
    {
        var message = new JsonObject { ["type"] = "error" };
        if (requestId is not null) message["request_id"] = requestId;
        var row = VisualizrErrors.Rows.First(row => row.Native.Code == refusal.Problem.Code);
        message["error"] = JsonSerializer.SerializeToNode(VisualizrErrors.ShapeOf(row, new Refusal(refusal.Problem, RetryAfter: null)), DialectJson.Options);
        return Bytes(message);
    }

    static ReadOnlyMemory<byte> Bytes(JsonObject message) => JsonSerializer.SerializeToUtf8Bytes(message, DialectJson.Options);
}
