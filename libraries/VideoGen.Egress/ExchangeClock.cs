namespace VideoGen.Egress;

/// <summary>
/// Ends an exchange that takes too long: the profile's total time from the start, and its minimum speed while a body is read.
/// Both act by cancelling one token, so a read that never returns is ended as well.
/// </summary>
sealed class ExchangeClock : IDisposable
{
    readonly EgressProfile _profile;
    readonly TimeProvider _time;
    readonly CancellationToken _caller;
    readonly CancellationTokenSource _source;
    readonly ITimer _total;
    ITimer? _speed;
    long _bytes;
    long _bytesBefore;
    EgressFailure? _failure;

    public ExchangeClock(EgressProfile profile, TimeProvider time, CancellationToken caller)
    {
        (_profile, _time, _caller) = (profile, time, caller);
        _source = CancellationTokenSource.CreateLinkedTokenSource(caller);
        _total = time.CreateTimer(_ => End(TimedOut()), state: null, profile.TotalTime, Timeout.InfiniteTimeSpan);
    }

    public CancellationToken Token => _source.Token;

    /// <summary>True when the caller cancelled, false when time did.</summary>
    public bool IsCallersWish => _caller.IsCancellationRequested;

    /// <summary>Why the clock ended the exchange; null when it did not.</summary>
    public EgressFailure? Failure => Volatile.Read(ref _failure);

    public void WatchSpeed()
    {
        if (_profile.MinBytesPerSecond > 0) _speed ??= _time.CreateTimer(_ => CheckSpeed(), state: null, _profile.SpeedWindow, _profile.SpeedWindow);
    }

    public void Count(int bytes) => Interlocked.Add(ref _bytes, bytes);

    public void Dispose()
    {
        _total.Dispose();
        _speed?.Dispose();
        _source.Dispose();
    }

    void CheckSpeed()
    {
        var bytes = Interlocked.Read(ref _bytes);
        var inWindow = bytes - Interlocked.Exchange(ref _bytesBefore, bytes);
        if (inWindow < _profile.MinBytesPerSecond * _profile.SpeedWindow.TotalSeconds)
            End(new EgressFailure(EgressFailureKind.TooSlow, $"The content came slower than {_profile.MinBytesPerSecond / 1024} KiB a second."));
    }

    EgressFailure TimedOut() => new(EgressFailureKind.TimedOut, $"The exchange did not end within {_profile.TotalTime.TotalSeconds:0.#} seconds.");

    void End(EgressFailure failure)
    {
        if (Interlocked.CompareExchange(ref _failure, failure, comparand: null) is not null) return;
        try
        {
            _source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The exchange ended by itself in the same moment; there is nothing left to stop.
        }
    }
}
