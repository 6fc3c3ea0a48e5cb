using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace VideoGen.Durability;

/// <summary>The meter and the activity source of this library, both named <see cref="Name"/>.</summary>
public sealed class DurabilityTelemetry
{
    /// <summary>Name of the meter and of the activity source, for telemetry set-up.</summary>
    public const string Name = "VideoGen.Durability";

    internal static readonly ActivitySource Source = new(Name);

    internal DurabilityTelemetry(IMeterFactory factory)
    {
        var meter = factory.Create(Name);
        Dispatched = meter.CreateCounter<long>("videogen.outbox.dispatched", "{message}", "Messages that the broker confirmed");
        DispatchFailed = meter.CreateCounter<long>("videogen.outbox.failed", "{message}", "Tries to send that will be repeated");
        SetAside = meter.CreateCounter<long>("videogen.outbox.set_aside", "{message}", "Messages that can never be sent as they are");
        Expired = meter.CreateCounter<long>("videogen.outbox.expired", "{message}", "Messages dropped because their time to live was over");
        ConnectionsDropped = meter.CreateCounter<long>("videogen.bus.connections_dropped", "{connection}", "Connections dropped because the broker confirmed nothing on them");
        InboxDuplicates = meter.CreateCounter<long>("videogen.inbox.duplicates", "{message}", "Deliveries whose effect was already there");
        DueWorkRun = meter.CreateCounter<long>("videogen.due_work.run", "{run}", "Handler runs that ended, by kind and outcome");
        DueWorkFailed = meter.CreateCounter<long>("videogen.due_work.failed", "{run}", "Handler runs that ended in an exception, by kind");
        DueWorkLateness = meter.CreateHistogram<double>("videogen.due_work.lateness", "s", "From due time to start, by kind");
        meter.CreateObservableGauge("videogen.dead_letters", () => Volatile.Read(ref _deadLetters), "{message}", "Messages that wait for an operator to replay or discard them");
        RecurringWorkFailed = meter.CreateCounter<long>("videogen.recurring_work.failed", "{run}", "Runs of recurring work that ended in an exception, by name");
        meter.CreateObservableGauge("videogen.recurring_work.last_success", LastSuccesses, "s", "When recurring work last succeeded in this process, by name: seconds since 1970");
        meter.CreateObservableGauge("videogen.outbox.pending", () => _outbox.Pending, "{message}", "Rows due now in this schema's outbox (counted up to 10,000)");
        meter.CreateObservableGauge("videogen.outbox.lag", () => _outbox.Lag.TotalSeconds, "s", "For how long a row has been due in this schema's outbox, the longest");
        meter.CreateObservableGauge("videogen.outbox.oldest", () => _outbox.Oldest.TotalSeconds, "s", "For how long the oldest unsent message has waited, tries included");
    }

    internal Counter<long> Dispatched { get; }
    internal Counter<long> DispatchFailed { get; }
    internal Counter<long> SetAside { get; }
    internal Counter<long> Expired { get; }
    internal Counter<long> ConnectionsDropped { get; }
    internal Counter<long> InboxDuplicates { get; }
    internal Counter<long> DueWorkRun { get; }
    internal Counter<long> DueWorkFailed { get; }
    internal Histogram<double> DueWorkLateness { get; }
    internal Counter<long> RecurringWorkFailed { get; }

    readonly ConcurrentDictionary<string, double> _lastSuccess = new();

    volatile OutboxBacklog _outbox = OutboxBacklog.Empty;

    long _deadLetters;

    internal void DeadLettersAre(long count) => Volatile.Write(ref _deadLetters, count);

    internal void OutboxIs(OutboxBacklog backlog) => _outbox = backlog;

    internal void RecurringWorkSucceeded(string name, DateTimeOffset at) => _lastSuccess[name] = at.ToUnixTimeMilliseconds() / 1000.0;

    internal static KeyValuePair<string, object?> Named(string name) => new("name", name);

    IEnumerable<Measurement<double>> LastSuccesses() => _lastSuccess.Select(entry => new Measurement<double>(entry.Value, Named(entry.Key)));

    /// <summary>An activity below a stored one, or null when nothing stored, or nobody listens.</summary>
    internal static Activity? Continue(string name, ActivityKind kind, string? traceparent, string? tracestate) =>
        ActivityContext.TryParse(traceparent, tracestate, isRemote: true, out var parent) ? Source.StartActivity(name, kind, parent) : null;
}
