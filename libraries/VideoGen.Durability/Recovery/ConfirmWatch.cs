using Microsoft.Extensions.Logging;

namespace VideoGen.Durability.Recovery;

/// <summary>
/// Drops the bus's connections when the broker confirms nothing on them although it answers on others.
/// <para>
/// 1. A batch of which not one row was answered in time is a silence. 2. While it lasts the dispatcher tries one row at a time, so that
/// a frozen broker is not filled with repetitions. 3. At the second silence in a row, and at each after it, a fresh connection is tried.
/// 4. When the broker confirms there, the bus's connections are dropped, and the count begins again.
/// </para>
/// </summary>
internal sealed partial class ConfirmWatch(BrokerConnections broker, DurabilityTelemetry telemetry, ILogger<ConfirmWatch> log)
{
    static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(5);

    int _silences;

    public bool IsSilent => _silences > 0;

    /// <param name="answered">Rows about which the broker has said something.</param>
    /// <param name="unanswered">Rows whose time ran out.</param>
    /// <param name="ct">The stop of the dispatcher.</param>
    public async Task NoteAsync(int answered, int unanswered, CancellationToken ct)
    {
        if (answered > 0) _silences = 0;
        if (answered > 0 || unanswered == 0) return;
        if (++_silences < 2 || !await broker.AnswersAsync(ProbeTimeout, ct)) return;

        var dropped = broker.Drop();
        telemetry.ConnectionsDropped.Add(dropped);
        Log.Dropped(log, _silences, dropped);
        _silences = 0;
    }

    static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "The broker confirmed nothing {Times} times in a row, yet answers on a fresh connection; {Count} connections of the bus are dropped")]
        public static partial void Dropped(ILogger logger, int times, int count);
    }
}
