using System.Collections.Concurrent;

namespace VideoGen.Jobs.Live;

/// <summary>
/// Wakes whoever waits for a job or an account in this process. Signals are hints: each may be lost, and then the waiter's own
/// time-out or poll finds the change. What a waiter acts on is always read from the database.
/// </summary>
internal sealed class JobSignals(TimeProvider time)
{
    static readonly TimeSpan Generation = TimeSpan.FromSeconds(30);
    const int GenerationLimit = 50_000;

    readonly ConcurrentDictionary<Guid, HashSet<Watch>> _watches = new();
    readonly Lock _turn = new();

    // Versions announced lately, in two generations: closes the gap between a caller's read and its wait, in bounded memory.
    ConcurrentDictionary<Guid, long> _recent = new();
    ConcurrentDictionary<Guid, long> _older = new();
    long _turnedAt = time.GetTimestamp();

    /// <summary>Tells that a job has this version now.</summary>
    public void Announce(Guid accountId, Guid jobId, long version)
    {
        Turn();
        _recent.AddOrUpdate(jobId, version, (_, known) => Math.Max(known, version));
        Wake(jobId);
        Wake(accountId);
    }

    /// <summary>Returns when a version newer than the known one was announced, or after the time-out; never throws for the latter.</summary>
    public async Task WaitAsync(Guid jobId, long knownVersion, TimeSpan timeout, CancellationToken ct)
    {
        using var watch = Observe(jobId);
        var since = time.GetTimestamp();
        while (Announced(jobId) <= knownVersion)
        {
            var left = timeout - time.GetElapsedTime(since);
            if (left <= TimeSpan.Zero) return;
            await watch.WaitAsync(left, time, ct);
        }
    }

    /// <summary>Watches a job or an account until disposed. A signal between two waits is kept.</summary>
    public Watch Observe(Guid id)
    {
        var watch = new Watch(this, id);
        while (true)
        {
            var set = _watches.GetOrAdd(id, _ => []);
            lock (set)
            {
                // The last one to leave takes the set away; whoever found it in that moment looks again.
                if (!_watches.TryGetValue(id, out var present) || !ReferenceEquals(present, set)) continue;
                set.Add(watch);
                return watch;
            }
        }
    }

    long Announced(Guid jobId) =>
        Math.Max(_recent.GetValueOrDefault(jobId, long.MinValue), _older.GetValueOrDefault(jobId, long.MinValue));

    void Turn()
    {
        if (time.GetElapsedTime(_turnedAt) < Generation && _recent.Count < GenerationLimit) return;
        lock (_turn)
        {
            if (time.GetElapsedTime(_turnedAt) < Generation && _recent.Count < GenerationLimit) return;
            (_older, _recent, _turnedAt) = (_recent, new(), time.GetTimestamp());
        }
    }

    void Wake(Guid id)
    {
        if (!_watches.TryGetValue(id, out var set)) return;
        lock (set)
        {
            foreach (var watch in set) watch.Set();
        }
    }

    void Leave(Watch watch)
    {
        if (!_watches.TryGetValue(watch.Id, out var set)) return;
        lock (set)
        {
            set.Remove(watch);
            if (set.Count == 0) _watches.TryRemove(KeyValuePair.Create(watch.Id, set));
        }
    }

    internal sealed class Watch(JobSignals owner, Guid id) : IDisposable
    {
        readonly SemaphoreSlim _signal = new(0, 1);

        public Guid Id { get; } = id;

        /// <summary>True when woken, false at the time-out.</summary>
        public async Task<bool> WaitAsync(TimeSpan timeout, TimeProvider time, CancellationToken ct)
        {
            using var limit = new CancellationTokenSource(timeout, time);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
            try
            {
                await _signal.WaitAsync(both.Token);
                return true;
            }
            catch (OperationCanceledException) when (!ct.IsCancellationRequested)
            {
                return false;
            }
        }

        public void Dispose() => owner.Leave(this);

        // Under the set's lock: two signals before one wait are one.
        internal void Set()
        {
            if (_signal.CurrentCount == 0) _signal.Release();
        }
    }
}
