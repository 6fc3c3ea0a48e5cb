using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.Options;
using VideoGen.Egress;

namespace VideoGen.Jobs.Webhooks;

/// <summary>Sends one attempt. The customer gets the Standard Webhooks headers and nothing else of ours: no trace, no caller.</summary>
internal sealed class DeliverySender(EgressClient egress, IOptions<WebhookOptions> options, TimeProvider time)
{
    const int ReplyKeptBytes = 4096;

    readonly EgressProfile _profile = EgressProfile.Webhook with { TotalTime = options.Value.Timeout };

    /// <param name="url">Where to.</param>
    /// <param name="webhookId">The same for every attempt of the event.</param>
    /// <param name="body">The bytes to sign and send.</param>
    /// <param name="secrets">The keys that sign.</param>
    public async Task<EgressReply> SendAsync(string url, string webhookId, byte[] body, IReadOnlyList<byte[]> secrets, CancellationToken ct)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var target))
            return new EgressReply(Status: null, RetryAfter: null, ReadOnlyMemory<byte>.Empty, new EgressFailure(EgressFailureKind.Blocked, "The URL is not valid."));
        var now = time.GetUtcNow();
        using var request = new HttpRequestMessage(HttpMethod.Post, target) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("VideoGen-Webhooks", "1.0"));
        request.Headers.Add("webhook-id", webhookId);
        request.Headers.Add("webhook-timestamp", WebhookSignature.Seconds(now));
        request.Headers.Add("webhook-signature", WebhookSignature.Sign(secrets, webhookId, now, body));
        return await egress.ExchangeAsync(request, _profile, ct);
    }

    /// <summary>What is kept of a reply: its start, as text that a database and a page can hold.</summary>
    public static string? Excerpt(EgressReply reply)
    {
        if (reply.Body.IsEmpty) return null;
        var text = Encoding.UTF8.GetString(reply.Body.Span[..Math.Min(reply.Body.Length, ReplyKeptBytes)]);
        return text.Replace('\0', '\uFFFD');
    }
}
