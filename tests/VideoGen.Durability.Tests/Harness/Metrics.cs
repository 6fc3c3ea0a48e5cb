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
        _listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => Add(instrument, value));
        _listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => Add(instrument, value));
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

    public void Dispose() => _listener.Dispose();

    void Add(Instrument instrument, double value)
    {
        if (instrument.IsObservable) _sums[instrument.Name] = value;
        else _sums.AddOrUpdate(instrument.Name, value, (_, sum) => sum + value);
    }
}
