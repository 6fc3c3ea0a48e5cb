using System.Text.Json;
using Microsoft.Extensions.Options;
using VideoGen.Providers.Callbacks;

namespace VideoGen.Providers.Connectors.Replicate;

/// <summary>A prediction has changed. The body is the prediction itself, signed after the Standard Webhooks specification.</summary>
internal sealed class ReplicateCallbacks(IOptions<ReplicateOptions> options, TimeProvider time) : ICallbackSource
{
    readonly IReadOnlyList<byte[]> _keys = options.Value.Keys();

    public string Vendor => "replicate";

    public string Title => "Replicate";

    public bool IsConfigured => _keys.Count > 0;

    public ValueTask<CallbackVerdict> VerifyAsync(Callback callback, CancellationToken ct)
    {
        var id = callback.Headers["webhook-id"].ToString();
        var (timestamp, signatures) = (callback.Headers["webhook-timestamp"].ToString(), callback.Headers["webhook-signature"].ToString());
        var fault = CallbackSignature.Fault(_keys, id, timestamp, signatures, callback.Body.Span, time.GetUtcNow());
        return ValueTask.FromResult<CallbackVerdict>(fault is null ? new CallbackVerdict.Genuine(id, PredictionOf(callback.Body)) : new CallbackVerdict.Forged(fault));
    }

    /// <summary>The prediction that the body is about; null when it names none.</summary>
    static string? PredictionOf(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.String
                && id.GetString() is { } text && !text.Contains('\0') ? text : null;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return null; // Signed, yet no prediction: logged like one that is not known.
        }
    }
}
