using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace VideoGen.Jobs.Live;

/// <summary>Counts the open streams of each account in this process.</summary>
internal sealed class LiveStreams(IOptions<LiveOptions> options)
{
    readonly ConcurrentDictionary<Guid, int> _open = new();

    /// <summary>A place to be disposed with the stream; null when the account has as many as it may have.</summary>
    public IDisposable? TryOpen(Guid accountId)
    {
        if (_open.AddOrUpdate(accountId, 1, (_, count) => count + 1) <= options.Value.StreamsPerAccount) return new Place(this, accountId);
        Close(accountId);
        return null;
    }

    void Close(Guid accountId)
    {
        if (_open.AddOrUpdate(accountId, 0, (_, count) => count - 1) == 0) _open.TryRemove(KeyValuePair.Create(accountId, 0));
    }

    sealed class Place(LiveStreams owner, Guid accountId) : IDisposable
    {
        public void Dispose() => owner.Close(accountId);
    }
}
