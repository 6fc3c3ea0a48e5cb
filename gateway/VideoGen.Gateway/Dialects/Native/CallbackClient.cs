using System.Text;
using VideoGen.Providers.Contracts;

namespace VideoGen.Gateway.Dialects.Native;

/// <summary>Vendors' callbacks, on their way to Providers, in nobody's name.</summary>
internal sealed class CallbackClient(HttpClient http)
{
    static readonly string[] Signature = ["webhook-id", "webhook-timestamp", "webhook-signature"];

    /// <param name="vendor">The vendor's door, for example <c>replicate</c>.</param>
    /// <param name="body">The bytes as they came.</param>
    /// <param name="headers">Of the vendor's request; only those of the signature go on.</param>
    public async Task<NativeResult<CallbackAnswer>> ForwardAsync(string vendor, ReadOnlyMemory<byte> body, IHeaderDictionary headers, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"internal/callbacks/{vendor}") { Content = new ReadOnlyMemoryContent(body) };
        foreach (var name in Signature)
            // What no signature can hold would not get through a header either; without it the callback is refused as unsigned.
            if (headers.TryGetValue(name, out var values) && Ascii.IsValid(values.ToString())) request.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
        return await NativeCall.SendAsync<CallbackAnswer>(http, request, ct);
    }
}
