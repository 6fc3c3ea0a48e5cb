using System.Security.Cryptography;
using System.Text;
using VideoGen.Providers.Callbacks;

namespace VideoGen.Providers.Connectors.Described;

/// <summary>The callbacks of a described vendor.</summary>
internal sealed class DescribedCallbacks(VendorDescription vendor, DescribedVendorOptions options, CallbackAddresses addresses,
    TimeProvider time) : ICallbackSource
{
    readonly IReadOnlyList<byte[]> _keys = options.KeysOrNull() ?? [];

    public string Vendor => vendor.Name;

    public string Title => vendor.Title;

    public bool IsConfigured => vendor.Callback!.Scheme == CallbackScheme.Token || _keys.Count > 0;

    public ValueTask<CallbackVerdict> VerifyAsync(Callback callback, CancellationToken ct) =>
        ValueTask.FromResult(vendor.Callback!.Scheme == CallbackScheme.Token ? ByToken(callback) : BySignature(callback));

    CallbackVerdict BySignature(Callback callback)
    {
        var id = callback.Headers["webhook-id"].ToString();
        var (timestamp, signatures) = (callback.Headers["webhook-timestamp"].ToString(), callback.Headers["webhook-signature"].ToString());
        var fault = CallbackSignature.Fault(_keys, id, timestamp, signatures, callback.Body.Span, time.GetUtcNow());
        if (fault is not null) return new CallbackVerdict.Forged(fault);
        var body = Scope.TryParse(Encoding.UTF8.GetString(callback.Body.Span));
        return new CallbackVerdict.Genuine(id, WorkOf(body));
    }

    CallbackVerdict ByToken(Callback callback)
    {
        if (!Guid.TryParseExact(callback.Query["attempt"].ToString(), "n", out var attempt)
            || !addresses.IsToken(vendor.Name, attempt, callback.Query["token"].ToString()))
            return new CallbackVerdict.Forged("The address is not one that was given to the vendor.");
        var body = Scope.TryParse(Encoding.UTF8.GetString(callback.Body.Span));
        if (body is not null && vendor.Callback!.Challenge?.Of(body) is not null
            && vendor.Callback.ChallengeAnswer!.Fill(body) is { } answer)
            return new CallbackVerdict.Challenge(answer);
        // The same for a repetition of the same words about the same work.
        byte[] message = [.. attempt.ToByteArray(), .. callback.Body.Span];
        return new CallbackVerdict.Genuine(Convert.ToHexStringLower(SHA256.HashData(message)), WorkOf(body), attempt);
    }

    /// <summary>The vendor's id of the work; null when the body does not say it.</summary>
    string? WorkOf(Scope? body) => body is not null && vendor.Callback!.Id?.Of(body) is System.Text.Json.Nodes.JsonValue value
        && value.TryGetValue<string>(out var text) && VendorText.IsId(text) ? text : null;
}
