using System.Text.Json;
using MassTransit;
using Npgsql;
using VideoGen.Durability;
using VideoGen.Jobs.Contracts.Events;
using VideoGen.Jobs.Live;
using VideoGen.Jobs.Webhooks;

namespace VideoGen.Jobs.Feed;

/// <summary>
/// Appends to the feed. The row, the deliveries to whoever subscribed, their due work and the published event are one with the
/// caller's transaction: what a subscriber is told has happened, and what has happened is told.
/// <para>
/// Order: between jobs the feed goes by transactions, inside a job by versions. A transaction gets its number before it waits for the job,
/// so the one that comes second to the job may have the lower number; its row takes the number of the job's row before it then. The row
/// is shown later for that, never too early: its own transaction is the older one. The caller holds the job's row or saga locked.
/// </para>
/// </summary>
internal sealed class FeedStore(IPublishEndpoint publish, DeliveryStore deliveries, JobSignals signals, TimeProvider time)
{
    const string EventInsert = """
        insert into feed_event (xid, event_id, account_id, job_id, job_version, type, test, body)
        values (greatest(pg_current_xact_id(), (select xid from feed_event where job_id = $3 order by xid desc, id desc limit 1)),
          $1, $2, $3, $4, $5, $6, $7)
        returning created_at
        """;

    const string SubscriberSelect = """
        select id, format from webhook_endpoint
        where account_id = $1 and test = $3 and enabled and events && array[$2::text, '*'] order by id
        """;

    /// <summary>Writes the entry into the open transaction of <paramref name="work"/>.</summary>
    public async Task AppendAsync(UnitOfWork work, FeedEntry entry, CancellationToken ct)
    {
        var at = EventBody.TimeOf(entry.Type, entry.Job, time.GetUtcNow());
        var body = EventBody.Write(entry.Type, at, entry.Job);
        var eventId = Guid.CreateVersion7();

        var (createdAt, subscribers) = await InsertAsync(work, entry, eventId, body, ct);
        var jobUrl = EventTypes.IsEnd(entry.Type) ? entry.WebhookUrl : null;
        var told = new DeliveredEvent(eventId, createdAt, entry.AccountId, entry.Job.Id, entry.Job.Version, entry.Type, entry.Test);
        await deliveries.AddAsync(work, told, Told(subscribers, entry, at), jobUrl, ct);
        await PublishAsync(entry, eventId, at, body, ct);
        work.OnCommitted(() => signals.Announce(entry.AccountId, entry.Job.Id, entry.Job.Version));
    }

    /// <summary>Whoever is told of the entry, and in which bytes; another format knows the ends only.</summary>
    static List<ToldEndpoint> Told(List<Subscriber> subscribers, FeedEntry entry, DateTimeOffset at)
    {
        var isEnd = EventTypes.IsEnd(entry.Type);
        var vsl = isEnd && subscribers.Exists(one => one.Format == EndpointFormat.Vsl) ? VslEvent.Write(at, entry.Job, entry.AccountId) : null;
        return [.. subscribers.Where(one => isEnd || one.Format == EndpointFormat.Native)
            .Select(one => new ToldEndpoint(one.Id, one.Format, one.Format == EndpointFormat.Vsl ? vsl : null))];
    }

    static async Task<(DateTimeOffset CreatedAt, List<Subscriber> Subscribers)> InsertAsync(
        UnitOfWork work, FeedEntry entry, Guid eventId, byte[] body, CancellationToken ct)
    {
        await using var batch = work.Batch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand(EventInsert)
        {
            Parameters = { V(eventId), V(entry.AccountId), V(entry.Job.Id), V(entry.Job.Version), V(entry.Type), V(entry.Test), V(body) },
        });
        batch.BatchCommands.Add(new NpgsqlBatchCommand(SubscriberSelect)
        {
            Parameters = { V(entry.AccountId), V(entry.Type), V(entry.Test) },
        });
        await using var reader = await batch.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        var createdAt = reader.GetFieldValue<DateTimeOffset>(0);
        await reader.NextResultAsync(ct);
        var subscribers = new List<Subscriber>();
        while (await reader.ReadAsync(ct)) subscribers.Add(new Subscriber(reader.GetGuid(0), reader.GetString(1)));
        return (createdAt, subscribers);
    }

    Task PublishAsync(FeedEntry entry, Guid id, DateTimeOffset at, byte[] body, CancellationToken ct)
    {
        var (account, job, version) = (entry.AccountId, entry.Job.Id, entry.Job.Version);
        var json = JsonSerializer.Deserialize<JsonElement>(body);
        return entry.Type switch
        {
            EventTypes.Queued => publish.Publish(new JobQueued(id, account, job, version, at, json), ct),
            EventTypes.Started => publish.Publish(new JobStarted(id, account, job, version, at, json), ct),
            EventTypes.Progressed => publish.Publish(new JobProgressed(id, account, job, version, at, json), ct),
            EventTypes.Completed => publish.Publish(new JobCompleted(id, account, job, version, at, json), ct),
            EventTypes.Failed => publish.Publish(new JobFailed(id, account, job, version, at, json), ct),
            EventTypes.Cancelled => publish.Publish(new JobCancelled(id, account, job, version, at, json), ct),
            _ => throw new InvalidOperationException($"'{entry.Type}' is not an event type."),
        };
    }

    static NpgsqlParameter V(object value) => new() { Value = value };

    readonly record struct Subscriber(Guid Id, string Format);
}
