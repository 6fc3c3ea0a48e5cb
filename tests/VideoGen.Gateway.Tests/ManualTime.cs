namespace VideoGen.Gateway.Tests;

/// <summary>A clock that stands still until it is told; timers are not supported because the gateway uses none.</summary>
internal sealed class ManualTime : TimeProvider
{
    long _ticks = DateTimeOffset.UtcNow.Ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Volatile.Read(ref _ticks);

    public override DateTimeOffset GetUtcNow() => new(Volatile.Read(ref _ticks), TimeSpan.Zero);

    public void Advance(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);
}
