using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace VideoGen.Durability.Tests.Harness;

/// <summary>Sums what one application counts; others in the process are not heard.</summary>
internal sealed class Metrics : IDisposable
{
    readonly MeterListener _listener = new();
    readonly ConcurrentDictionary<string, double> _sums = new();

    public Metrics(IMeterFactory factory)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == DurabilityTelemetry.Name && ReferenceEquals(instrument.Meter.Scope, factory)) listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>Sum of all that was counted, or the last value of a gauge.</summary>
    public double this[string name]
    {
        get
        {
            _listener.RecordObservableInstruments();
            return _sums.GetValueOrDefault(name);
        }
    }

    /// <summary>The same of what has this value in its tag <c>name</c>.</summary>
    public double this[string instrument, string tag] => this[$"{instrument} {tag}"];

    public void Dispose() => _listener.Dispose();

    void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        Add(instrument, instrument.Name, value);
        foreach (var tag in tags)
            if (tag.Key == "name") Add(instrument, $"{instrument.Name} {tag.Value}", value);
    }

    void Add(Instrument instrument, string key, double value)
    {
        if (instrument.IsObservable) _sums[key] = value;
        else _sums.AddOrUpdate(key, value, (_, sum) => sum + value);
    }
}
