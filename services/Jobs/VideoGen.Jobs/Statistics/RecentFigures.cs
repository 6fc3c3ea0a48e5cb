using System.Collections.Concurrent;

namespace VideoGen.Jobs.Statistics;

/// <summary>
/// Keeps a figure for a few seconds, or longer when it was dear: for twenty times as long as it took to count. So however many ask and
/// however much there is to count, the database spends at most a twentieth of its time on one figure. Those who ask at the same time
/// share one count.
/// </summary>
internal sealed class RecentFigures(TimeProvider time)
{
    static readonly TimeSpan Freshness = TimeSpan.FromSeconds(2);

    /// <summary>An account's figures by hand are soon forgotten, so that accounts which ask once cost nothing for long.</summary>
    const int SweepAbove = 500;

    const int Share = 20;

    readonly ConcurrentDictionary<string, Figure> _figures = new(StringComparer.Ordinal);

    /// <param name="count">Must not depend on the request that happens to ask first.</param>
    public async Task<T> GetAsync<T>(string name, Func<CancellationToken, Task<T>> count, CancellationToken ct)
        where T : class
    {
        if (_figures.Count > SweepAbove) Sweep();
        var figure = _figures.AddOrUpdate(name, Fresh, (_, known) => IsUsable(known) ? known : Fresh(name));
        return (T)await figure.Value.WaitAsync(ct);

        Figure Fresh(string _) => new(time, async () => await count(CancellationToken.None));
    }

    bool IsUsable(Figure figure) => figure.Took is not { } took
        ? !figure.HasFailed
        : time.GetElapsedTime(figure.AskedAt) < (took * Share > Freshness ? took * Share : Freshness);

    void Sweep()
    {
        foreach (var figure in _figures)
            if (!IsUsable(figure.Value)) _figures.TryRemove(figure);
    }

    sealed class Figure
    {
        readonly Lazy<Task<object>> _value;

        public Figure(TimeProvider time, Func<Task<object>> count)
        {
            AskedAt = time.GetTimestamp();
            _value = new Lazy<Task<object>>(async () =>
            {
                var value = await count();
                Took = time.GetElapsedTime(AskedAt);
                return value;
            });
        }

        public long AskedAt { get; }

        /// <summary>Null until it is counted.</summary>
        public TimeSpan? Took { get; private set; }

        public bool HasFailed => _value is { IsValueCreated: true, Value: { IsCompleted: true, IsCompletedSuccessfully: false } };

        public Task<object> Value => _value.Value;
    }
}
