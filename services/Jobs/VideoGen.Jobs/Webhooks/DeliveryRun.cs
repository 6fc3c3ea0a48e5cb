using System.Diagnostics;
using VideoGen.Durability;
using VideoGen.Egress;
using VideoGen.ServiceDefaults.Telemetry;

namespace VideoGen.Jobs.Webhooks;

/// <summary>An attempt that has been written and may now be made.</summary>
/// <param name="Headers">The endpoint's own.</param>
internal sealed record BegunAttempt(DueDelivery Delivery, IReadOnlyList<byte[]> Secrets, IReadOnlyDictionary<string, string> Headers);

/// <param name="Took">From before the connection to the end of the reply.</param>
internal sealed record EndedAttempt(EgressReply Reply, TimeSpan Took);

/// <summary>The two halves that every attempt has, whoever makes it: written before the socket opens, then sent.</summary>
internal sealed class DeliveryRun(AttemptStore attempts, SecretStore secrets, SecretCipher cipher, DeliverySender sender, TimeProvider time)
{
    /// <summary>Between the reply of the receiver and the record of it.</summary>
    public const string SentCrashPoint = "webhook-sent";

    static readonly IReadOnlyDictionary<string, string> NoHeaders = new Dictionary<string, string>(StringComparer.Ordinal);

    static readonly ActivitySource Source = new("VideoGen.Jobs.Webhooks");

    /// <summary>Writes the attempt into the open transaction.</summary>
    public async Task<BegunAttempt> BeginAsync(UnitOfWork work, DueDelivery delivery, CancellationToken ct)
    {
        await attempts.BeginAsync(delivery, ct);
        var headers = delivery is { ClosedHeaders: { } closed, EndpointId: { } endpoint }
            ? EndpointHeaders.Parse(cipher.Decrypt(closed, endpoint)) : NoHeaders;
        return new BegunAttempt(delivery, await secrets.ValidAsync(work, delivery.SecretOwner, delivery.AccountId, ct), headers);
    }

    /// <summary>Sends outside any transaction, as a part of the job's own trace.</summary>
    public async Task<EndedAttempt> SendAsync(BegunAttempt begun, CancellationToken ct)
    {
        var delivery = begun.Delivery;
        using var activity = Start(delivery);
        var since = time.GetTimestamp();
        var reply = await sender.SendAsync(delivery.Url!, delivery.WebhookId, delivery.Body!, begun, ct);
        activity?.SetTag("http.response.status_code", reply.Status);
        if (reply.Failure is { } failure) activity?.SetStatus(ActivityStatusCode.Error, failure.Message);
        CrashPoint.Hit(SentCrashPoint);
        return new EndedAttempt(reply, time.GetElapsedTime(since));
    }

    // A replay runs in the trace of whoever asked for it; the delivery still belongs to the job's trace, and links to that one.
    static Activity? Start(DueDelivery delivery)
    {
        var current = Activity.Current;
        var isJobs = ActivityContext.TryParse(delivery.TraceParent, traceState: null, isRemote: true, out var job) && job.TraceId != current?.TraceId;
        var activity = isJobs
            ? Source.StartActivity("webhook attempt", ActivityKind.Producer, job, links: current is null ? null : [new ActivityLink(current.Context)])
            : Source.StartActivity("webhook attempt", ActivityKind.Producer);
        if (delivery.JobId is { } jobId) JobTrace.Mark(jobId);
        activity?.SetTag("webhook.id", delivery.WebhookId);
        activity?.SetTag("webhook.delivery_id", delivery.Id);
        activity?.SetTag("webhook.attempt", delivery.Attempts + 1);
        return activity;
    }
}
