using System.Collections.Concurrent;
using VideoGen.Jobs.Contracts;
using VideoGen.ServiceDefaults.Callers;

namespace VideoGen.Gateway.Dialects.Visualizr.Live;

/// <summary>
/// The jobs that sockets of this process follow.
/// <para>
/// Guarantee: a subscriber gets the newest state of its job, older ones perhaps not, and its end exactly once; of somebody else's
/// job, or one of the other world, it gets what it would get of none.
/// </para>
/// <para>
/// 1. A watch is a job as one world of an account sees it, so an event reaches only sockets that may see the job. 2. Who joins gets what
/// the watch knows, or the watch is asked for at Jobs. 3. Events and answers of Jobs go through <see cref="JobWatch.Apply"/>, which takes only
/// newer versions; so neither the order in which they come nor how often matters. 4. Watches of which nothing was heard are asked for
/// again, so that a lost event is only late.
/// </para>
/// </summary>
internal sealed class LiveJobs
{
    readonly ConcurrentDictionary<(Guid JobId, World World), JobWatch> _watches = new();

    public IEnumerable<JobWatch> All => _watches.Select(watch => watch.Value);

    public int Count => _watches.Count;

    /// <summary>The watches that may see the job: of those that see its world alone, and of those that see both.</summary>
    public IEnumerable<JobWatch> Find(Guid jobId, Guid accountId, bool test)
    {
        if (_watches.GetValueOrDefault((jobId, new World(accountId, test))) is { } ofOne) yield return ofOne;
        if (_watches.GetValueOrDefault((jobId, World.Both(accountId))) is { } ofBoth) yield return ofBoth;
    }

    /// <returns>The watch that the subscription now belongs to.</returns>
    public JobWatch Join(Guid jobId, World world, Func<JobWatch, LiveSubscription> subscribe)
    {
        while (true)
        {
            var watch = _watches.GetOrAdd((jobId, world), static key => new JobWatch(key.JobId, key.World));
            if (watch.TryJoin(subscribe(watch))) return watch;
            // The last one was just leaving it: it is about to be taken away.
            _watches.TryRemove(KeyValuePair.Create((jobId, world), watch));
        }
    }

    public void Leave(LiveSubscription subscription)
    {
        var watch = subscription.Watch;
        if (watch.Leave(subscription)) _watches.TryRemove(KeyValuePair.Create((watch.JobId, watch.World), watch));
    }
}

/// <summary>One job in the eyes of one world of an account, and who follows it.</summary>
internal sealed class JobWatch(Guid jobId, World world)
{
    readonly HashSet<LiveSubscription> _subscriptions = [];
    bool _isClosed;

    public Guid JobId => jobId;

    public World World => world;

    /// <summary>Null until Jobs or an event has told.</summary>
    public LiveNews? News { get; private set; }

    /// <summary>When Jobs was last asked, as a timestamp; null for never.</summary>
    public long? AskedAt { get; set; }

    public KnownJob Known => new(jobId, world.AccountId, News?.Version ?? 0, world.Test);

    public void Apply(LiveNews news)
    {
        foreach (var subscription in Take(news)) subscription.Socket.Notify(subscription);
    }

    /// <summary>There is no such job for this account, or no longer.</summary>
    public void Refuse()
    {
        LiveSubscription[] all;
        lock (_subscriptions) all = [.. _subscriptions];
        foreach (var subscription in all) subscription.Socket.Refuse(subscription);
    }

    internal bool TryJoin(LiveSubscription subscription)
    {
        lock (_subscriptions) return !_isClosed && _subscriptions.Add(subscription);
    }

    /// <returns>True when that was the last one; the watch takes nobody any more then.</returns>
    internal bool Leave(LiveSubscription subscription)
    {
        lock (_subscriptions)
        {
            _subscriptions.Remove(subscription);
            return _isClosed = _subscriptions.Count == 0;
        }
    }

    LiveSubscription[] Take(LiveNews news)
    {
        lock (_subscriptions)
        {
            if (News?.Version >= news.Version) return [];
            News = news;
            return [.. _subscriptions];
        }
    }
}

/// <summary>One request that one socket follows. What changes belongs to the socket's lock.</summary>
/// <param name="shownId">The id as the client wrote it, and gets it back.</param>
internal sealed class LiveSubscription(LiveSocket socket, JobWatch watch, string shownId)
{
    public LiveSocket Socket => socket;

    public JobWatch Watch => watch;

    public string ShownId => shownId;

    public bool IsDue { get; set; }

    /// <summary>Version of the job that was sent last.</summary>
    public long SentVersion { get; set; }

    /// <summary>Its end or its refusal is on its way: nothing is to follow.</summary>
    public bool IsOver { get; set; }
}
