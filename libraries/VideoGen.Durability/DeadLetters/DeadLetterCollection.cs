using Microsoft.Extensions.Logging;
using Npgsql;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using VideoGen.Durability.Recovery;

namespace VideoGen.Durability.DeadLetters;

/// <summary>
/// Moves what the outbox set aside and what the broker holds in its dead-letter queues to the table. A message is acknowledged after its
/// row is written; read twice, it is written once. A connection of its own each time: there is no consumer that could hang.
/// <para>
/// What may go wrong: a queue that can't be read does not stop the others. A letter that the table refuses stays unacknowledged while
/// those behind it are read, and goes back to its queue when the channel closes; after <see cref="MostRefused"/> of them the queue waits
/// for the next time.
/// </para>
/// </summary>
internal sealed partial class DeadLetterCollection(
    NpgsqlDataSource source, BrokerConnections broker, DeadLetterQueues queues, DurabilityTelemetry telemetry, TimeProvider time,
    ILogger<DeadLetterCollection> log) : IRecurringWork
{
    public const string Name = "dead-letter-collection";

    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    const int Batch = 200;

    // Each is held in memory until the channel closes; when none at all can be written, a few tell as much as all.
    const int MostRefused = 20;

    const ushort QueueMissing = 404;

    public async Task RunAsync(CancellationToken ct)
    {
        while (await DeadLetterStore.MoveSetAsideAsync(source, Batch, ct) == Batch) ct.ThrowIfCancellationRequested();
        await CollectAsync(ct);
        telemetry.DeadLettersAre(await DeadLetterStore.CountAsync(source, ct));
    }

    async Task CollectAsync(CancellationToken ct)
    {
        if (queues.All is not { Count: > 0 } all || await broker.ConnectAsync(ct) is not { } connection) return;
        await using (connection)
            foreach (var queue in all) await TryEmptyAsync(connection, queue, ct);
    }

    async Task TryEmptyAsync(IConnection connection, DeadLetterQueue queue, CancellationToken ct)
    {
        try
        {
            await EmptyAsync(connection, queue, ct);
        }
        catch (OperationInterruptedException e) when (e.ShutdownReason?.ReplyCode == QueueMissing)
        {
            queues.IsEmpty(queue); // nothing ever failed there
        }
        catch (Exception e) when (connection.IsOpen && !ct.IsCancellationRequested) // a lost connection concerns them all
        {
            Log.NotRead(log, queue.Name, e);
        }
    }

    async Task EmptyAsync(IConnection connection, DeadLetterQueue queue, CancellationToken ct)
    {
        await using var channel = await connection.CreateChannelAsync(cancellationToken: ct);
        var refused = 0;
        while (refused < MostRefused && await channel.BasicGetAsync(queue.Name, autoAck: false, ct) is { } message)
        {
            if (await TryKeepAsync(queue, message, ct)) await channel.BasicAckAsync(message.DeliveryTag, multiple: false, ct);
            else refused++;
        }
        if (refused == 0) queues.IsEmpty(queue);
    }

    // On a connection of its own: after some refusals one can't be used any more.
    async Task<bool> TryKeepAsync(DeadLetterQueue queue, BasicGetResult message, CancellationToken ct)
    {
        await using var rows = await source.OpenConnectionAsync(ct);
        try
        {
            var letter = DeadLetterCapture.Of(
                queue.Endpoint, queue.Source, message.BasicProperties, message.Body.ToArray(), failure: null, time.GetUtcNow());
            await DeadLetterStore.InsertAsync(rows, letter, ct);
            return true;
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            Log.NotKept(log, queue.Name, e);
            return false;
        }
    }

    static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "Queue {Queue} could not be read for dead letters; they wait there, and it is tried again")]
        public static partial void NotRead(ILogger logger, string queue, Exception e);

        [LoggerMessage(LogLevel.Error, "A dead letter of queue {Queue} could not be kept in the database; it is put back, and tried again")]
        public static partial void NotKept(ILogger logger, string queue, Exception e);
    }
}
