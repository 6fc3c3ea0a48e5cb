using System.Diagnostics;
using MassTransit;
using MassTransit.Serialization;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using VideoGen.Durability.Recovery;

namespace VideoGen.Durability;

/// <summary>
/// Sends what committed transactions left in the outbox.
/// <para>
/// Guarantee: a row that was committed is sent at least once, as soon as the broker takes it, whichever process is left to do
/// it; a row that fails never holds up the others. Order is not promised.
/// </para>
/// <para>
/// Protocol: 1. Wait for a commit of this process, or for <see cref="LeftWorkWorker"/>, which finds what others left. 2. In one transaction claim the rows that are due, skipping
/// those another dispatcher holds. 3. Send them in parallel and wait for the broker's confirms, for a time of our own. 4. Delete the confirmed; give
/// the failed an attempt, the reason and a later due time; move those that can never be sent to <c>outbox_set_aside</c>.
/// 5. Commit.
/// </para>
/// <para>
/// What may go wrong: a crash between 3 and 5 repeats the sends, and the consumers' inbox drops the repetition. A broker that
/// is away leaves the rows untouched: only a refusal of the row itself counts as an attempt. A command that no queue takes is
/// returned by the broker and tried every few seconds until its consumer has declared its queue; a replayed dead letter only ten times,
/// then it is set aside and becomes a dead letter again. A connection that hangs ends no wait of ours: the rows count as unanswered,
/// stay, and <see cref="ConfirmWatch"/> drops the connection.
/// </para>
/// </summary>
internal sealed partial class OutboxDispatcher(
    NpgsqlDataSource source, IBusControl bus, OutboxSignal signal, OutboxState state, ConfirmWatch confirms, DurabilityOptions options,
    DurabilityTelemetry telemetry, ILogger<OutboxDispatcher> log) : BackgroundService
{
    static readonly TimeSpan AfterFailure = TimeSpan.FromMilliseconds(500);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        Activity.Current = null; // a poll belongs to no trace
        var failures = 0;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await BusAsync(stoppingToken);
                var more = await DispatchAsync(stoppingToken);
                failures = 0;
                if (!more) await signal.WaitAsync(LeftWorkWorker.LongestSleep, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                if (failures++ % 60 == 0) Log.Failed(log, failures, e); // one line an outage, then one each half minute
                await Task.Delay(AfterFailure, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    async Task BusAsync(CancellationToken ct)
    {
        while (IsBrokerAway()) await Task.Delay(100, ct);
    }

    // Not "the bus is unhealthy": one endpoint that can't be declared must not stop the sends of all the others, and while a
    // connection is lost the bus calls itself degraded. One endpoint that is well proves that the broker is there.
    bool IsBrokerAway()
    {
        var health = bus.CheckHealth();
        return health.Status == BusHealthStatus.Unhealthy
            || (health.Endpoints.Count > 0 && health.Endpoints.Values.All(endpoint => endpoint.Status != BusHealthStatus.Healthy));
    }

    /// <summary>Whether as many rows were due as one batch may have, so that there may be more.</summary>
    async Task<bool> DispatchAsync(CancellationToken ct)
    {
        var limit = confirms.IsSilent ? 1 : options.OutboxBatch;
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var rows = await OutboxStore.ClaimAsync(transaction, limit, ct);
        if (rows.Count == 0)
        {
            state.Advanced();
            return false;
        }

        CrashPoint.Hit(CrashPoint.BeforePublish);
        // Not tied to the stopping of the host: a batch in flight is finished, so that a clean stop repeats nothing.
        using var patience = new CancellationTokenSource(options.OutboxConfirmTimeout);
        var outcomes = await Task.WhenAll(rows.Select(row => SendAsync(row, patience.Token)));
        CrashPoint.Hit(CrashPoint.AfterPublish);

        await RecordAsync(transaction, outcomes, IsBrokerAway());
        await transaction.CommitAsync(CancellationToken.None);
        Count(outcomes);
        var answered = outcomes.Count(o => o.IsAnswer);
        if (answered > 0) state.Advanced();
        await confirms.NoteAsync(answered, outcomes.Count(o => o.Verdict is Verdict.Unanswered), ct);
        return rows.Count == limit;
    }

    async Task<Outcome> SendAsync(OutboxRow row, CancellationToken ct)
    {
        if (row.Expired) return new Outcome(row, Verdict.Expired);
        StoredMessagePipe pipe;
        ISendEndpoint endpoint;
        try
        {
            pipe = new StoredMessagePipe(row.Message);
            endpoint = await bus.GetSendEndpoint(pipe.Destination).WaitAsync(ct);
        }
        catch (Exception e) when (OutboxBackoff.IsHopeless(e))
        {
            Log.SetAside(log, row.Id, row.Message.MessageType, row.Message.MessageId, e);
            return new Outcome(row, Verdict.Impossible, e);
        }
        catch (Exception e) // the bus is stopping, for one
        {
            return new Outcome(row, e is OperationCanceledException ? Verdict.Unanswered : Verdict.Failed, e);
        }

        using var activity = DurabilityTelemetry.Continue("outbox dispatch", ActivityKind.Internal, row.Message.TraceParent, row.Message.TraceState);
        try
        {
            // The bus cancels most of its waits by the token, not all; this one ends whatever the bus does.
            await endpoint.Send(new SerializedMessageBody(), pipe, ct).WaitAsync(ct);
            return new Outcome(row, Verdict.Sent);
        }
        catch (Exception e)
        {
            activity?.SetStatus(ActivityStatusCode.Error, e.Message);
            var verdict = VerdictOn(row, e);
            if (verdict is Verdict.GivenUp) Log.SetAside(log, row.Id, row.Message.MessageType, row.Message.MessageId, e);
            else Log.NotSent(log, row.Id, row.Message.MessageType, row.Message.MessageId, row.Attempts + 1, verdict, e.Message);
            return new Outcome(row, verdict, e);
        }
    }

    static Verdict VerdictOn(OutboxRow row, Exception e)
    {
        if (e is OperationCanceledException) return Verdict.Unanswered;
        if (!OutboxBackoff.IsUnroutable(e)) return Verdict.Failed;
        return OutboxBackoff.IsGivenUp(row.Message, row.Attempts) ? Verdict.GivenUp : Verdict.Unroutable;
    }

    static async Task RecordAsync(NpgsqlTransaction transaction, Outcome[] outcomes, bool brokerAway)
    {
        var done = outcomes.Where(o => o.Verdict is Verdict.Sent or Verdict.Expired).Select(o => o.Row.Id).ToArray();
        if (done.Length > 0) await OutboxStore.DeleteAsync(transaction, done);

        var hopeless = outcomes.Where(o => o.Verdict is Verdict.Impossible or Verdict.GivenUp).ToArray();
        if (hopeless.Length > 0)
            await OutboxStore.SetAsideAsync(transaction, [.. hopeless.Select(o => o.Row.Id)], [.. hopeless.Select(o => o.Reason)]);

        var postponed = outcomes.Where(o => o.Verdict is Verdict.Unroutable || (o.Verdict is Verdict.Failed or Verdict.Unanswered && !brokerAway)).ToArray();
        if (postponed.Length > 0)
            await OutboxStore.PostponeAsync(transaction, [.. postponed.Select(o => o.Row.Id)],
                [.. postponed.Select(o => Delay(o))], [.. postponed.Select(o => o.Reason)]);
    }

    static TimeSpan Delay(Outcome outcome) => outcome.Verdict switch
    {
        Verdict.Unroutable => OutboxBackoff.Unroutable(outcome.Row.Attempts),
        Verdict.Unanswered => OutboxBackoff.Unanswered(),
        _ => OutboxBackoff.Failed(outcome.Row.Attempts),
    };

    void Count(Outcome[] outcomes)
    {
        foreach (var group in outcomes.GroupBy(o => o.Verdict))
        {
            var counter = group.Key switch
            {
                Verdict.Sent => telemetry.Dispatched,
                Verdict.Expired => telemetry.Expired,
                Verdict.Impossible or Verdict.GivenUp => telemetry.SetAside,
                _ => telemetry.DispatchFailed,
            };
            counter.Add(group.Count());
        }
    }

    enum Verdict { Sent, Expired, Impossible, Unroutable, GivenUp, Unanswered, Failed }

    sealed record Outcome(OutboxRow Row, Verdict Verdict, Exception? Error = null)
    {
        /// <summary>Whether the broker has said something about the row.</summary>
        public bool IsAnswer => Verdict is Verdict.Sent or Verdict.Unroutable or Verdict.GivenUp;

        public string Reason => (Verdict is Verdict.GivenUp ? "No queue takes it. " : "") + Failure;

        string Failure => Error is null ? "" : $"{Error.GetType().Name}: {Error.Message}";
    }

    static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The outbox could not be dispatched ({Failures} times in a row); trying again")]
        public static partial void Failed(ILogger logger, int failures, Exception e);

        [LoggerMessage(LogLevel.Error, "Outbox row {Id} ({MessageType}, message {MessageId}) can never be sent; it is set aside")]
        public static partial void SetAside(ILogger logger, long id, string messageType, Guid messageId, Exception e);

        [LoggerMessage(LogLevel.Warning, "Outbox row {Id} ({MessageType}, message {MessageId}) was not sent at attempt {Attempt} ({Verdict}): {Reason}")]
        public static partial void NotSent(ILogger logger, long id, string messageType, Guid messageId, int attempt, Verdict verdict, string reason);
    }
}
