namespace VideoGen.Durability;

/// <summary>
/// The places in which a process runs work of one kind, as many as <see cref="DueWorkOptions.Concurrency"/>. Whoever takes
/// one either starts a run in it or leaves it.
/// </summary>
internal sealed class DueWorkPlaces(DueWorkOptions options, Action<DueWorkClaim> start, DueWorkSignal left)
{
    int _taken;
    int _isWaitedFor;
    volatile bool _hasBacklog;
    volatile bool _closed;

    /// <summary>How long a row is held by whoever writes it with a place in hand.</summary>
    public TimeSpan Lease => options.Lease;

    /// <summary>For new work: false also while older work may wait for a place, which comes first.</summary>
    public bool TryTakeForNew() => !_hasBacklog && TryTake();

    /// <summary>False when every place is taken, or the process is stopping.</summary>
    public bool TryTake()
    {
        var taken = Volatile.Read(ref _taken);
        while (!_closed && taken < options.Concurrency)
        {
            var before = Interlocked.CompareExchange(ref _taken, taken + 1, taken);
            if (before == taken) return true;
            taken = before;
        }
        return false;
    }

    /// <summary>What the loop saw when it claimed last: whether more rows may be due than it had places for.</summary>
    public void NoteBacklog(bool mayHaveMore) => _hasBacklog = mayHaveMore;

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
        _hasBacklog = true; // Not known; the next claim will tell.
        Interlocked.Exchange(ref _isWaitedFor, 1);
        return Volatile.Read(ref _taken) < options.Concurrency ? TimeSpan.Zero : atMost;
    }

    /// <summary>Gives back places in which nothing was started; nobody is woken for them.</summary>
    public void GiveBack(int count) => Interlocked.Add(ref _taken, -count);

    /// <summary>Nobody takes a place any more.</summary>
    public void Close() => _closed = true;
}
