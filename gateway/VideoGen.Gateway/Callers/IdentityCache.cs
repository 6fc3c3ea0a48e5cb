using System.Collections.Concurrent;
using VideoGen.Accounts.Contracts;

namespace VideoGen.Gateway.Callers;

/// <summary>
/// Remembers for seconds who a credential stands for.
///
/// Guarantee: a revoked key is refused at most <see cref="MaxAge"/> after its revocation was committed, without any message;
/// with the message, at once. However many requests show a credential at the same time, Accounts is asked once.
///
/// 1. An answer's age counts from the moment before the question was sent, so it can't be older than it claims.
/// 2. From <see cref="RefreshAge"/> on, an answer in use is renewed in the background, so that a busy key never waits.
/// 3. A revocation leaves a mark that every read looks at; an answer that was on its way when the mark came is caught too.
/// 4. A change of plan, and the end of sessions, leave a time; answers asked for before it are not used again.
/// 5. When Accounts does not answer, nobody is let in on an answer older than <see cref="MaxAge"/>: the request fails.
/// </summary>
internal sealed class IdentityCache(TimeProvider time)
{
    public static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(4);
    public static readonly TimeSpan RefreshAge = TimeSpan.FromSeconds(2);
    public static readonly TimeSpan MaxAgeUnknown = TimeSpan.FromSeconds(2);

    static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(10);
    static readonly TimeSpan MarkLifetime = TimeSpan.FromMinutes(1);

    readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<Guid, long> _revokedKeys = new();
    readonly ConcurrentDictionary<Guid, long> _changedAccounts = new();
    long _sweptAt = time.GetTimestamp();

    /// <summary>True when <see cref="GetAsync"/> would not have to ask.</summary>
    public bool Knows(string credential) => _entries.TryGetValue(credential, out var entry) && IsUsable(entry);

    /// <summary>Who this credential stands for; null when it is unknown, revoked or expired.</summary>
    /// <param name="credential">A name for the credential that is not the credential itself.</param>
    /// <param name="ask">The question to Accounts; it must not depend on the request that happens to ask first.</param>
    public async Task<Identity?> GetAsync(string credential, Func<Task<Identity?>> ask)
    {
        SweepNowAndThen();
        if (!_entries.TryGetValue(credential, out var entry) || !IsUsable(entry))
        {
            var fresh = new Entry(time.GetTimestamp(), ask);
            entry = _entries.AddOrUpdate(credential, fresh, (_, old) => IsUsable(old) ? old : fresh);
        }

        try
        {
            var identity = await entry.Answer;
            if (identity is not null && time.GetElapsedTime(entry.AskedAt) > RefreshAge) RefreshInBackground(credential, entry, ask);
            return IsValid(identity) ? identity : null;
        }
        catch
        {
            _entries.TryRemove(KeyValuePair.Create(credential, entry));
            throw;
        }
    }

    public void Revoke(Guid keyId) => _revokedKeys[keyId] = time.GetTimestamp();

    public void Forget(Guid accountId) => _changedAccounts[accountId] = time.GetTimestamp();

    bool IsUsable(Entry entry)
    {
        var age = time.GetElapsedTime(entry.AskedAt);
        if (!entry.IsAnswered) return age < MaxAge;
        if (!entry.Answer.IsCompletedSuccessfully) return false;
        var identity = entry.Answer.Result;
        if (identity is null) return age < MaxAgeUnknown;
        return age < MaxAge && !(_changedAccounts.TryGetValue(identity.AccountId, out var changed) && entry.AskedAt <= changed);
    }

    bool IsValid(Identity? identity) =>
        identity is not null
        && !(identity.KeyId is { } key && _revokedKeys.ContainsKey(key))
        && !(identity.ExpiresAt <= time.GetUtcNow());

    void RefreshInBackground(string credential, Entry old, Func<Task<Identity?>> ask)
    {
        if (!old.ClaimRefresh()) return;
        using (ExecutionContext.SuppressFlow()) _ = Task.Run(RefreshAsync);

        async Task RefreshAsync()
        {
            var fresh = new Entry(time.GetTimestamp(), ask);
            // A failure leaves the old answer to run out; the next request then asks for itself and reports it.
            await fresh.Answer.ContinueWith(
                answer => answer.IsCompletedSuccessfully && _entries.TryUpdate(credential, fresh, old),
                CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    void SweepNowAndThen()
    {
        var swept = Volatile.Read(ref _sweptAt);
        if (time.GetElapsedTime(swept) < SweepInterval || Interlocked.CompareExchange(ref _sweptAt, time.GetTimestamp(), swept) != swept) return;
        foreach (var entry in _entries)
            if (time.GetElapsedTime(entry.Value.AskedAt) > MaxAge && entry.Value.IsAnswered) _entries.TryRemove(entry);
        foreach (var marks in (ReadOnlySpan<ConcurrentDictionary<Guid, long>>)[_revokedKeys, _changedAccounts])
            foreach (var mark in marks)
                if (time.GetElapsedTime(mark.Value) > MarkLifetime) marks.TryRemove(mark);
    }

    sealed class Entry(long askedAt, Func<Task<Identity?>> ask)
    {
        readonly Lazy<Task<Identity?>> _answer = new(ask);
        int _refreshing;

        public long AskedAt => askedAt;

        public Task<Identity?> Answer => _answer.Value;

        public bool IsAnswered => _answer is { IsValueCreated: true, Value.IsCompleted: true };

        public bool ClaimRefresh() => Interlocked.Exchange(ref _refreshing, 1) == 0;
    }
}
