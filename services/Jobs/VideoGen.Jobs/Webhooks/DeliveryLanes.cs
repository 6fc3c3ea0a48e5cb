using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace VideoGen.Jobs.Webhooks;

/// <summary>
/// The bulkhead between endpoints: each target has a lane of a few places, so that one that hangs holds up only its own
/// deliveries.
///
/// 1. A delivery that finds a place enters. 2. In a lane that is quick, a few more wait in memory and take over a place the moment it
/// is left. 3. Everyone else is told when to come back: the lane gives out times one after another, by how long its exchanges
/// take, so that a long queue does not come back all at once. 4. After three exchanges in a row without any reply the lane
/// narrows to one place, and widens again with the first reply: many dead endpoints together cannot take every place of
/// the process.
/// Lanes are of this process; two instances give a target twice the places.
/// </summary>
internal sealed class DeliveryLanes(IOptions<WebhookOptions> options, TimeProvider time)
{
    readonly ConcurrentDictionary<Guid, Lane> _lanes = new();

    /// <summary>The lane of a URL that is no endpoint: its account and server.</summary>
    public static Guid LaneOf(Guid accountId, string url)
    {
        var server = Uri.TryCreate(url, UriKind.Absolute, out var uri) ? uri.Authority : url;
        return new Guid(SHA256.HashData(Encoding.UTF8.GetBytes($"{accountId} {server}")).AsSpan(0, 16));
    }

    /// <summary>Null with a place, to be given back by <see cref="Leave"/>; else the time to wait before asking again.</summary>
    public async ValueTask<TimeSpan?> EnterAsync(Guid id, CancellationToken ct)
    {
        if (Ask(id, out var wait) is not { } waiter) return wait;
        await using (ct.UnsafeRegister(static state => ((TaskCompletionSource)state!).TrySetCanceled(), waiter)) await waiter.Task;
        return null;
    }

    /// <param name="took">How long the exchange was.</param>
    /// <param name="answered">True when any HTTP reply came; null when nothing was learnt.</param>
    public void Leave(Guid id, TimeSpan took, bool? answered)
    {
        if (!_lanes.TryGetValue(id, out var lane)) return;
        lock (lane)
        {
            if (answered is { } reply) lane.Learn(took, reply);
            lane.Running--;
            while (lane.Running < Places(lane) && lane.Waiters.TryDequeue(out var next))
            {
                if (next.TrySetResult()) lane.Running++;
            }
            if (lane.Running > 0 || lane.Silences > 0 || lane.IsAwaited(Now)) return;
            lane.Gone = true;
            _lanes.TryRemove(KeyValuePair.Create(id, lane));
        }
    }

    TimeSpan Now => time.GetElapsedTime(0);

    /// <summary>A place to wait for; null with a place at once (no wait) or with none in sight (a wait).</summary>
    TaskCompletionSource? Ask(Guid id, out TimeSpan? wait)
    {
        wait = null;
        while (true)
        {
            var lane = _lanes.GetOrAdd(id, _ => new Lane());
            lock (lane)
            {
                if (lane.Gone) continue;
                var places = Places(lane);
                if (lane.Running < places)
                {
                    lane.Running++;
                    return null;
                }
                if (lane.IsQuick && lane.Waiters.Count < places * Lane.WaitersPerPlace)
                {
                    var waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                    lane.Waiters.Enqueue(waiter);
                    return waiter;
                }
                wait = lane.NextTurn(Now, places);
                return null;
            }
        }
    }

    int Places(Lane lane) => lane.Silences >= Lane.SilencesUntilNarrow ? 1 : options.Value.EndpointConcurrency;

    sealed class Lane
    {
        public const int SilencesUntilNarrow = 3;
        public const int WaitersPerPlace = 4;

        const double QuickSeconds = 0.5;

        static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(60);
        static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(50);

        TimeSpan _nextTurn;
        double _usualSeconds = 0.05;
        bool _known;

        public int Running { get; set; }

        public Queue<TaskCompletionSource> Waiters { get; } = new();

        /// <summary>Exchanges in a row without a reply.</summary>
        public int Silences { get; private set; }

        public bool Gone { get; set; }

        /// <summary>Nobody waits in memory for a lane that has not answered yet, or answers slowly.</summary>
        public bool IsQuick => _known && Silences == 0 && _usualSeconds < QuickSeconds;

        public bool IsAwaited(TimeSpan now) => _nextTurn > now;

        public void Learn(TimeSpan took, bool answered)
        {
            _known = true;
            Silences = answered ? 0 : Silences + 1;
            _usualSeconds = 0.7 * _usualSeconds + 0.3 * took.TotalSeconds;
        }

        public TimeSpan NextTurn(TimeSpan now, int places)
        {
            var turn = (_nextTurn > now ? _nextTurn : now) + TimeSpan.FromSeconds(_usualSeconds / places);
            var wait = turn - now;
            if (wait > LongestWait) return LongestWait * (0.8 + 0.4 * Random.Shared.NextDouble());
            _nextTurn = turn;
            return wait > ShortestWait ? wait : ShortestWait;
        }
    }
}
