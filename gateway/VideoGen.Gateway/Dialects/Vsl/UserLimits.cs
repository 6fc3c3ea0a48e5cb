using System.Collections.Concurrent;
using VideoGen.Accounts.Contracts;
using VideoGen.Gateway.Limits;

namespace VideoGen.Gateway.Dialects.Vsl;

/// <summary>
/// The document's limits of each end user within the account: 100 submits an hour and 1,000 a day, exact across all gateways. What is shown
/// beside a status may be a few seconds old; what lets a submit through never is.
/// </summary>
internal sealed class UserLimits(IServiceProvider services, TimeProvider time)
{
    const int SweepSeconds = 30;

    static readonly LimitWindow[] Windows = [new(3600, 100), new(86400, 1000)];
    static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(3);

    readonly ConcurrentDictionary<(Guid Account, string User), Seen> _seen = new();
    long _sweptAt = time.GetTimestamp();

    /// <summary>Counts a submit and tells how the tighter window stands; null when nobody can count it.</summary>
    public Task<Usage?> TakeAsync(Guid accountId, string userId, CancellationToken ct) => AskAsync(accountId, userId, count: 1, ct);

    /// <summary>How the tighter window stands; null when nobody knows.</summary>
    public async Task<Usage?> LookAsync(Guid accountId, string userId, CancellationToken ct) =>
        _seen.TryGetValue((accountId, userId), out var seen) && time.GetElapsedTime(seen.At) < FreshFor ? seen.Usage : await AskAsync(accountId, userId, count: 0, ct);

    async Task<Usage?> AskAsync(Guid accountId, string userId, int count, CancellationToken ct)
    {
        SweepNowAndThen();
        var ask = new TakeLimit(accountId, $"vsl user {userId}", Windows, count);
        if (await services.GetRequiredService<LimitClient>().TakeAsync(ask, ct) is not { } answer) return null;
        var usage = Usage.Of(answer, answer.Windows.MinBy(window => window.Remaining)!);
        _seen[(accountId, userId)] = new Seen(usage, time.GetTimestamp());
        return usage;
    }

    void SweepNowAndThen()
    {
        var swept = Volatile.Read(ref _sweptAt);
        if (time.GetElapsedTime(swept).TotalSeconds < SweepSeconds || Interlocked.CompareExchange(ref _sweptAt, time.GetTimestamp(), swept) != swept) return;
        foreach (var seen in _seen)
            if (time.GetElapsedTime(seen.Value.At) > FreshFor) _seen.TryRemove(seen);
    }

    sealed record Seen(Usage Usage, long At);
}
