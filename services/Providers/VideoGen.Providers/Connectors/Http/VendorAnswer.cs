using System.Text;
using System.Text.Json;
using VideoGen.HttpApi;

namespace VideoGen.Providers.Connectors.Http;

/// <summary>A vendor's whole answer, without secrets.</summary>
/// <param name="Status">The HTTP status; 0 when the vendor was certainly not reached.</param>
/// <param name="Refusal">What an error status means by <see cref="VendorStatus"/>; null for a 2xx.</param>
/// <param name="RetryAfter">When the vendor says so.</param>
internal sealed record VendorAnswer(string Vendor, int Status, byte[] Body, string? MediaType, TimeSpan? RetryAfter, Refusal? Refusal)
{
    static readonly IReadOnlyDictionary<string, string> NoHeaders = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>The answer's headers, each with its first value, whatever the case of its name.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = NoHeaders;

    public string Text => Encoding.UTF8.GetString(Body);

    /// <summary>The body of a 2xx.</summary>
    /// <exception cref="VendorException">It is another status, or no JSON of this shape.</exception>
    public T Json<T>()
        where T : notnull
    {
        EnsureSuccess();
        try
        {
            return JsonSerializer.Deserialize<T>(Body, ApiJson.Options) ?? throw NotJson(inner: null);
        }
        catch (JsonException nonsense)
        {
            throw NotJson(nonsense);
        }
    }

    /// <exception cref="VendorException">The status is not a 2xx.</exception>
    public void EnsureSuccess()
    {
        if (Refusal is { } refusal) throw new VendorException(VendorFault.Status, $"{Vendor} answered {refusal.Detail}");
    }

    VendorException NotJson(Exception? inner) => new(
        VendorFault.NotJson, $"{Vendor} answered {Status} with {MediaType ?? "no media type"}, which is not the JSON that was expected", inner);
}
