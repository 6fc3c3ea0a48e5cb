using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace VideoGen.Jobs.Webhooks;

/// <summary>
/// The bulkhead between endpoints: each target has a lane of a few places, so that one that hangs holds up only its own
/// deliveries.
///
/// 1. A delivery that finds a place enters. 2. One that finds none is told when to come back: the lane gives out times one after
/// another, by how long its exchanges take, so that a long queue does not come back all at once. 3. After three exchanges in
/// a row without any reply the lane narrows to one place, and widens again with the first reply: many dead endpoints together
/// cannot take every place of the process.
/// Lanes are of this process; two instances give a target twice the places.
/// </summary>
internal sealed class DeliveryLanes(IOptions<WebhookOptions> options, TimeProvider time)
{
    const int SilencesUntilNarrow = 3;

    static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(60);
    static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(50);

    readonly ConcurrentDictionary<Guid, Lane> _lanes = new();

    /// <summary>The lane of a URL that is no endpoint: its account and server.</summary>
    public static Guid LaneOf(Guid accountId, string url)
    {
        var server = Uri.TryCreate(url, UriKind.Absolute, out var uri) ? uri.Authority : url;
        return new Guid(SHA256.HashData(Encoding.UTF8.GetBytes($"{accountId} {server}")).AsSpan(0, 16));
    }

    /// <summary>True for a place, to be given back by <see cref="Leave"/>; else the time to wait before asking again.</summary>
    public bool TryEnter(Guid id, out TimeSpan wait)
    {
        while (true)
        {
            var lane = _lanes.GetOrAdd(id, _ => new Lane());
            lock (lane)
            {
                if (lane.Gone) continue;
                wait = TimeSpan.Zero;
                if (lane.Running < Places(lane))
                {
                    lane.Running++;
                    return true;
                }
                wait = lane.NextTurn(Now, Places(lane));
                return false;
            }
        }
    }

    /// <param name="took">How long the exchange was.</param>
    /// <param name="answered">True when any HTTP reply came; null when nothing was learnt.</param>
    public void Leave(Guid id, TimeSpan took, bool? answered)
    {
        if (!_lanes.TryGetValue(id, out var lane)) return;
        lock (lane)
        {
            lane.Running--;
            if (answered is { } reply) lane.Learn(took, reply);
            if (lane.Running > 0 || lane.Silences > 0 || lane.IsAwaited(Now)) return;
            lane.Gone = true;
            _lanes.TryRemove(KeyValuePair.Create(id, lane));
        }
    }

    TimeSpan Now => time.GetElapsedTime(0);

    int Places(Lane lane) => lane.Silences >= SilencesUntilNarrow ? 1 : options.Value.EndpointConcurrency;

    sealed class Lane
    {
        TimeSpan _nextTurn;
        double _usualSeconds = 0.1;

        public int Running { get; set; }

        /// <summary>Exchanges in a row without a reply.</summary>
        public int Silences { get; private set; }

        public bool Gone { get; set; }

        public bool IsAwaited(TimeSpan now) => _nextTurn > now;

        public void Learn(TimeSpan took, bool answered)
        {
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
