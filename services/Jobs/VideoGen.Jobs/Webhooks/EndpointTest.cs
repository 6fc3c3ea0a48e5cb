using System.Text;
using VideoGen.Durability;
using VideoGen.Jobs.Feed;
using VideoGen.ServiceDefaults.Callers;

namespace VideoGen.Jobs.Webhooks;

/// <summary>What came of a test event.</summary>
/// <param name="WebhookId">The <c>webhook-id</c> that was sent.</param>
/// <param name="Body">The exact text that was sent.</param>
/// <param name="Delivered">True for a 2xx.</param>
/// <param name="Status">The HTTP status; null when none came.</param>
/// <param name="Reply">The start of the reply's body, up to 4 KiB.</param>
/// <param name="Error">Why it was not delivered.</param>
internal sealed record TestResult(string WebhookId, Guid DeliveryId, string Body, bool Delivered, int? Status, int DurationMs, string? Reply, string? Error);

/// <summary>
/// Sends a <c>webhook.test</c> event while the caller waits: one attempt, signed like any other and kept like any other, to a disabled
/// endpoint as well. It neither counts for nor against the endpoint's health.
/// </summary>
internal static class EndpointTest
{
    public const string EventType = "webhook.test";

    const string Message = "This is a test event of your webhook endpoint.";

    public static async Task<IResult> RunAsync(
        Guid id, Caller caller, UnitOfWork work, EndpointStore endpoints, AttemptStore attempts, DeliveryRun run, TimeProvider time, CancellationToken ct)
    {
        await work.BeginAsync(ct);
        if (await endpoints.FindAsync(caller.Sees, id, ct) is not { } endpoint) return EndpointEndpoints.NotFound();
        var deliveryId = Guid.CreateVersion7();
        var told = new ToldEndpoint(id, endpoint.Format, BodyOf(endpoint, time.GetUtcNow()));
        var world = new World(caller.AccountId, endpoint.Test);
        await DeliveryStore.AddTestAsync(work, deliveryId, world, told, Guid.CreateVersion7(), EventType, ct);
        var delivery = (await attempts.FindAsync(deliveryId, ct))!;
        var begun = await run.BeginAsync(work, delivery, ct);
        await work.CommitAsync(ct);

        // The caller may leave; the attempt is recorded all the same.
        var ended = await run.SendAsync(begun, CancellationToken.None);
        var reply = ended.Reply;
        var status = reply.Failure is null ? DeliveryStatus.Delivered : DeliveryStatus.Failed;
        await work.BeginAsync(CancellationToken.None);
        await attempts.EndAsync(delivery, reply, ended.Took, new DeliveryDecision(status, Wait: null, IsGone: false), CancellationToken.None, countsForHealth: false);
        await work.CommitAsync(CancellationToken.None);
        return TypedResults.Ok(new TestResult(delivery.WebhookId, deliveryId, Encoding.UTF8.GetString(told.Body!), reply.Failure is null, reply.Status, (int)ended.Took.TotalMilliseconds,
            DeliverySender.Excerpt(reply), reply.Failure?.Message));
    }

    static byte[] BodyOf(EndpointView endpoint, DateTimeOffset now) => endpoint.Format == EndpointFormat.Vsl
        ? VslEvent.WriteTest(now, endpoint.Id, endpoint.Url, Message)
        : EventBody.Write(EventType, now, new TestEvent(endpoint.Id, endpoint.Url, Message));

    sealed record TestEvent(Guid EndpointId, string Url, string Message);
}
