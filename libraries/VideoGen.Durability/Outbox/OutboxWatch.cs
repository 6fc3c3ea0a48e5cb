using Microsoft.Extensions.Logging;
using Npgsql;
using VideoGen.Durability.Recovery;

namespace VideoGen.Durability;

/// <summary>
/// Looks at the outbox every ten seconds: for the gauges, for <see cref="OutboxHealth"/>, and for a dispatcher that stands still for good.
/// <para>
/// The last ends the process, but only when three things are true: a message has waited longer than the limit, our own dispatcher has
/// had no answer for as long, and the broker answers on a fresh connection. While the broker is away, another process would do no better.
/// </para>
/// </summary>
internal sealed partial class OutboxWatch(
    NpgsqlDataSource source, OutboxState state, BrokerConnections broker, ProcessEnd end, DurabilityOptions options, DurabilityTelemetry telemetry,
    ILogger<OutboxWatch> log) : IRecurringWork
{
    public const string Name = "outbox-watch";

    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(5);

    public async Task RunAsync(CancellationToken ct)
    {
        var backlog = await OutboxStore.BacklogAsync(source, ct);
        state.Backlog = backlog;
        telemetry.OutboxIs(backlog);
        if (!StandsStill(backlog, state.StandsStillFor, options.OutboxStalledAfter)) return;
        if (!await broker.AnswersAsync(ProbeTimeout, ct))
        {
            Log.NoBroker(log, backlog.Oldest.TotalSeconds);
            return;
        }
        Log.Ends(log, backlog.Oldest.TotalSeconds, backlog.Pending);
        end.Begin();
    }

    internal static bool StandsStill(OutboxBacklog backlog, TimeSpan withoutAnswer, TimeSpan limit) =>
        limit > TimeSpan.Zero && backlog.Oldest > limit && withoutAnswer > limit;

    static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The oldest message in the outbox has waited {Seconds:F0} s, and the broker does not answer")]
        public static partial void NoBroker(ILogger logger, double seconds);

        [LoggerMessage(LogLevel.Critical,
            "The outbox stands still: its oldest message has waited {Seconds:F0} s, {Pending} are due, and the broker answers others. The process ends, so that a new one can take over")]
        public static partial void Ends(ILogger logger, double seconds, long pending);
    }
}
