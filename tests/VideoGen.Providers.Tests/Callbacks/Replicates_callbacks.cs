using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace VideoGen.Providers.Tests.Callbacks;

/// <summary>Predictions that have changed, signed after the Standard Webhooks specification.</summary>
[TestFixture]
internal sealed class Replicates_callbacks : CallbackConformance
{
    const string Secret = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    protected override string Vendor => "replicate";

    protected override IReadOnlyList<(string Name, string Value)> Settings => [("Connectors:Replicate:WebhookSecret", Secret)];

    protected override SignedCallback Sign(string message, string vendorId, DateTimeOffset at) =>
        Sign(message, JsonSerializer.SerializeToUtf8Bytes(new { id = vendorId, status = "succeeded", output = "https://replicate.delivery/x.mp4" }), at);

    protected override SignedCallback SignNothing(string message, DateTimeOffset at) => Sign(message, [], at);

    static SignedCallback Sign(string message, byte[] body, DateTimeOffset at)
    {
        var timestamp = at.ToUnixTimeSeconds().ToString();
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{message}.{timestamp}."), .. body];
        var signature = Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(Secret["whsec_".Length..]), signed));
        return new SignedCallback(body, new Dictionary<string, string>
        {
            ["webhook-id"] = message,
            ["webhook-timestamp"] = timestamp,
            ["webhook-signature"] = $"v1,{signature}",
        });
    }
}
