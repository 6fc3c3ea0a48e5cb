using Npgsql;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using VideoGen.Durability.Recovery;

namespace VideoGen.Durability.DeadLetters;

/// <summary>
/// Moves what the outbox set aside and what the broker holds in its dead-letter queues to the table. A message is acknowledged after its
/// row is written; read twice, it is written once. A connection of its own each time: there is no consumer that could hang.
/// </summary>
internal sealed class DeadLetterCollection(NpgsqlDataSource source, BrokerConnections broker, DeadLetterQueues queues, DurabilityTelemetry telemetry, TimeProvider time)
    : IRecurringWork
{
    public const string Name = "dead-letter-collection";

    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    const int Batch = 200;

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
        await using (var rows = await source.OpenConnectionAsync(ct))
            foreach (var queue in all) await EmptyAsync(connection, rows, queue, ct);
    }

    async Task EmptyAsync(IConnection connection, NpgsqlConnection rows, DeadLetterQueue queue, CancellationToken ct)
    {
        await using var channel = await connection.CreateChannelAsync(cancellationToken: ct);
        try
        {
            while (await channel.BasicGetAsync(queue.Name, autoAck: false, ct) is { } message)
            {
                var letter = DeadLetterCapture.Of(queue.Endpoint, queue.Source, message.BasicProperties, message.Body.ToArray(), failure: null, time.GetUtcNow());
                await DeadLetterStore.InsertAsync(rows, letter, ct);
                await channel.BasicAckAsync(message.DeliveryTag, multiple: false, ct);
            }
            queues.IsEmpty(queue);
        }
        catch (OperationInterruptedException e) when (e.ShutdownReason?.ReplyCode == QueueMissing)
        {
            queues.IsEmpty(queue); // nothing ever failed there
        }
    }
}
