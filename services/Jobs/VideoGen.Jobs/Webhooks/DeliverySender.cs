using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.Options;
using VideoGen.Egress;

namespace VideoGen.Jobs.Webhooks;

/// <summary>Sends one attempt. The customer gets the headers of the endpoint's own, those of Standard Webhooks
/// and nothing else of ours: no trace, no caller.</summary>
internal sealed class DeliverySender(EgressClient egress, IOptions<WebhookOptions> options, TimeProvider time)
{
    const int ReplyKeptBytes = 4096;

    readonly EgressProfile _profile = EgressProfile.Webhook with { TotalTime = options.Value.Timeout };

    /// <param name="url">Where to.</param>
    /// <param name="webhookId">The same for every attempt of the event.</param>
    /// <param name="body">The bytes to sign and send.</param>
    /// <param name="begun">With the keys that sign, and the endpoint's own headers.</param>
    public async Task<EgressReply> SendAsync(string url, string webhookId, byte[] body, BegunAttempt begun, CancellationToken ct)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var target))
            return new EgressReply(Status: null, RetryAfter: null, ReadOnlyMemory<byte>.Empty, new EgressFailure(EgressFailureKind.Blocked, "The URL is not valid."));
        var now = time.GetUtcNow();
        using var request = new HttpRequestMessage(HttpMethod.Post, target) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        foreach (var (name, value) in begun.Headers) request.Headers.TryAddWithoutValidation(name, value);
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("VideoGen-Webhooks", "1.0"));
        request.Headers.Add("webhook-id", webhookId);
        request.Headers.Add("webhook-timestamp", WebhookSignature.Seconds(now));
        request.Headers.Add("webhook-signature", WebhookSignature.Sign(begun.Secrets, webhookId, now, body));
        var reply = await egress.ExchangeAsync(request, _profile, ct);
        if (begun.Headers.Count == 0) return reply;
        return reply with { Body = Encoding.UTF8.GetBytes(EndpointHeaders.Hide(Encoding.UTF8.GetString(reply.Body.Span), begun.Headers)) };
    }

    /// <summary>What is kept of a reply: its start, as text that a database and a page can hold.</summary>
    public static string? Excerpt(EgressReply reply)
    {
        if (reply.Body.IsEmpty) return null;
        var text = Encoding.UTF8.GetString(reply.Body.Span[..Math.Min(reply.Body.Length, ReplyKeptBytes)]);
        return text.Replace('\0', '\uFFFD');
    }
}
