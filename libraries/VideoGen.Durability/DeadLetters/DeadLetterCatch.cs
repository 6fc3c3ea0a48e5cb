using MassTransit;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace VideoGen.Durability.DeadLetters;

/// <summary>
/// Writes a message that failed for good, or that no consumer takes, to the table, whereupon it is acknowledged. While the database is
/// away the bus moves it to its error queue instead, and <see cref="DeadLetterCollection"/> fetches it later.
/// </summary>
internal sealed partial class DeadLetterCatch(string endpoint, NpgsqlDataSource source, DeadLetterQueues queues, TimeProvider time, ILogger<DeadLetterCatch> log)
    : IFilter<ExceptionReceiveContext>, IFilter<ReceiveContext>
{
    public void Probe(ProbeContext context) => context.CreateFilterScope("dead-letter");

    public Task Send(ExceptionReceiveContext context, IPipe<ExceptionReceiveContext> next) =>
        KeepAsync(context, DeadLetterSource.Error, context.Exception, () => next.Send(context));

    public Task Send(ReceiveContext context, IPipe<ReceiveContext> next) => KeepAsync(context, DeadLetterSource.Skipped, failure: null, () => next.Send(context));

    async Task KeepAsync(ReceiveContext context, string kind, Exception? failure, Func<Task> elsewhere)
    {
        if (!context.TryGetPayload<RabbitMqBasicConsumeContext>(out var delivery))
        {
            await elsewhere();
            return;
        }
        NewDeadLetter letter;
        try
        {
            letter = DeadLetterCapture.Of(endpoint, kind, delivery.Properties, context.Body.GetBytes(), failure, time.GetUtcNow());
            await using var connection = await source.OpenConnectionAsync(context.CancellationToken);
            await DeadLetterStore.InsertAsync(connection, letter, context.CancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException) // whatever it is, the message must not be lost for it
        {
            Log.NotKept(log, endpoint, e);
            queues.Expect(endpoint, kind);
            await elsewhere();
            return;
        }
        Log.Kept(log, letter.Message.MessageType, letter.Message.MessageId, endpoint, letter.Reason);
    }

    static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "Message {MessageType} {MessageId} of {Endpoint} is a dead letter: {Reason}")]
        public static partial void Kept(ILogger logger, string messageType, Guid messageId, string endpoint, string reason);

        [LoggerMessage(LogLevel.Warning, "A dead letter of {Endpoint} could not be kept in the database; it waits in the broker's queue")]
        public static partial void NotKept(ILogger logger, string endpoint, Exception e);
    }
}
