namespace VideoGen.Durability;

/// <summary>
/// The places in which a process runs work of one kind, as many as <see cref="DueWorkOptions.Concurrency"/>. Whoever takes
/// one either starts a run in it or leaves it.
/// </summary>
internal sealed class DueWorkPlaces(DueWorkOptions options, Action<DueWorkClaim> start, DueWorkSignal left)
{
    int _taken;
    int _isWaitedFor;
    volatile bool _closed;

    /// <summary>How long a row is held by whoever writes it with a place in hand.</summary>
    public TimeSpan Lease => options.Lease;

    /// <summary>False when every place is taken, or the process is stopping.</summary>
    public bool TryTake()
    {
        if (_closed) return false;
        if (Interlocked.Increment(ref _taken) <= options.Concurrency) return true;
        Interlocked.Decrement(ref _taken);
        return false;
    }

    /// <summary>Runs the work in a place that is taken; the run leaves it.</summary>
    public void Start(DueWorkClaim claim) => start(claim);

    /// <summary>Gives a place back in which nothing was done with the row at hand: it may wait for somebody.</summary>
    public void Leave() => Leave(TimeSpan.Zero);

    /// <summary>Gives a place back; the loop is woken where a row may wait for it.</summary>
    /// <param name="dueAgain">When the work that was done in it comes due again; null for never.</param>
    public void Leave(TimeSpan? dueAgain)
    {
        Interlocked.Decrement(ref _taken);
        if (Interlocked.Exchange(ref _isWaitedFor, 0) == 1) left.Set();
        else if (dueAgain is { } time) left.SetFor(time);
    }

    /// <summary>Notes that the loop found every place taken, so that the next one that is left wakes it.</summary>
    /// <returns>How long the loop may sleep: not at all when one was left meanwhile.</returns>
    public TimeSpan WaitForOne(TimeSpan atMost)
    {
        Interlocked.Exchange(ref _isWaitedFor, 1);
        return Volatile.Read(ref _taken) < options.Concurrency ? TimeSpan.Zero : atMost;
    }

    /// <summary>Gives back places in which nothing was started; nobody is woken for them.</summary>
    public void GiveBack(int count) => Interlocked.Add(ref _taken, -count);

    /// <summary>Nobody takes a place any more.</summary>
    public void Close() => _closed = true;
}
