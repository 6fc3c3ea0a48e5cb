using System.Security.Cryptography;
using System.Text;
using VideoGen.Cli.Api;

namespace VideoGen.Cli.Running;

/// <param name="Status">What the receiver answered last; null when it was not reached.</param>
internal sealed record ForwardResult(int? Status, int Attempts, string? Error);

/// <summary>Sends events as the system's deliveries are sent: the same body, the same id, signed after Standard Webhooks.</summary>
internal sealed class WebhookForwarder(Uri target, string secret) : IDisposable
{
    const string Prefix = "whsec_";
    const int MaxAttempts = 3;

    readonly byte[] _key = KeyOf(secret)!;

    readonly HttpClient _http = new(
        new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false,
        UseProxy = false }) { Timeout = TimeSpan.FromSeconds(15) };

    public static string NewSecret() => Prefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(24));

    public static string Checked(string secret) => KeyOf(secret) is not null
        ? secret
        : throw new CommandFailure(
            ExitCodes.Usage, "--secret must be whsec_ and base64.", "Leave it out, and one is made and kept for you.");

    /// <summary>One that fails is tried again, twice: a receiver that is just being restarted misses nothing.</summary>
    public async Task<ForwardResult> SendAsync(LiveEvent one, string id, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            ForwardResult result;
            try
            {
                using var request = RequestOf(one, id, DateTimeOffset.UtcNow);
                using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
                result = new ForwardResult((int)response.StatusCode, attempt, response.IsSuccessStatusCode ? null
                    : "the receiver refused it");
                if (response.IsSuccessStatusCode) return result;
            }
            catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException && !ct.IsCancellationRequested)
            {
                result = new ForwardResult(Status: null, attempt, failure.Message);
            }
            if (attempt == MaxAttempts) return result;
            await Task.Delay(RetryPolicy.Delay(attempt), ct);
        }
    }

    public void Dispose() => _http.Dispose();

    HttpRequestMessage RequestOf(LiveEvent one, string id, DateTimeOffset now)
    {
        var body = Encoding.UTF8.GetBytes(one.Payload);
        var timestamp = now.ToUnixTimeSeconds();
        var signed = (byte[])[.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body];
        var request = new HttpRequestMessage(HttpMethod.Post, target) { Content = new ByteArrayContent(body) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", $"{timestamp}");
        request.Headers.Add("webhook-signature", $"v1,{Convert.ToBase64String(HMACSHA256.HashData(_key, signed))}");
        return request;
    }

    static byte[]? KeyOf(string secret)
    {
        if (!secret.StartsWith(Prefix, StringComparison.Ordinal)) return null;
        var key = new byte[secret.Length];
        return Convert.TryFromBase64String(secret[Prefix.Length..], key, out var count) && count > 0 ? key[..count] : null;
    }
}
