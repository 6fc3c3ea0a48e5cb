using System.Text.Json;
using Microsoft.Extensions.Options;
using VideoGen.Durability;
using VideoGen.HttpApi.Errors;
using VideoGen.Providers.Attempts;
using VideoGen.Providers.Contracts;

namespace VideoGen.Providers.Callbacks;

/// <summary>
/// <c>POST /internal/callbacks/replicate</c>: a prediction has changed. The callback is only a bell: what has become of the prediction is asked
/// of Replicate itself, so a forged or late body could at worst cause a look.
/// </summary>
internal sealed partial class ReplicateCallback(
    IOptions<ReplicateOptions> options, TimeProvider time, UnitOfWork work, AttemptBell bell, ILogger<ReplicateCallback> log)
{
    const string Vendor = "replicate";

    public async Task<IResult> HandleAsync(HttpRequest request, CancellationToken ct)
    {
        if (options.Value.Keys() is not { Count: > 0 } keys) return Problems.Of(ErrorCodes.ServiceUnavailable, "Callbacks of Replicate are not set up here.");
        using var buffer = new MemoryStream();
        await request.Body.CopyToAsync(buffer, ct);
        var body = buffer.GetBuffer().AsMemory(0, (int)buffer.Length);

        var id = request.Headers["webhook-id"].ToString();
        var fault = CallbackSignature.Fault(
            keys, id, request.Headers["webhook-timestamp"].ToString(), request.Headers["webhook-signature"].ToString(), body.Span, time.GetUtcNow());
        if (fault is null) await TakeAsync(id, PredictionOf(body), ct);
        return TypedResults.Ok(new CallbackAnswer(fault is null, fault));
    }

    async Task TakeAsync(string id, string? prediction, CancellationToken ct)
    {
        await work.BeginAsync(ct);
        if (await CallbackStore.InsertAsync(work, Vendor, id, ct))
        {
            if (prediction is not null && await CallbackStore.FindAttemptAsync(work, Vendor, prediction, ct) is { } attempt) await bell.RingAsync(work, attempt, ct);
            else Log.Unknown(log, id);
        }
        await work.CommitAsync(ct);
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

    static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Callback {CallbackId} of Replicate is about no attempt that is known here")]
        public static partial void Unknown(ILogger logger, string callbackId);
    }
}
