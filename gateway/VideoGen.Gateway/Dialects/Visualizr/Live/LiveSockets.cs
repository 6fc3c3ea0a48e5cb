using System.Collections.Concurrent;
using System.Net.WebSockets;
using Microsoft.Extensions.Options;
using VideoGen.Accounts.Contracts;
using VideoGen.Gateway.Limits;
using VideoGen.HttpApi.Errors;

namespace VideoGen.Gateway.Dialects.Visualizr.Live;

/// <summary>Every open socket of this process.</summary>
internal sealed class LiveSockets(IOptions<LiveOptions> options, IOptions<LimitOptions> limits)
{
    static readonly TimeSpan TooManyRetry = TimeSpan.FromSeconds(10);

    readonly ConcurrentDictionary<LiveSocket, bool> _sockets = new();
    readonly ConcurrentDictionary<Guid, int> _ofAccount = new();
    int _count;

    public IEnumerable<LiveSocket> All => _sockets.Select(one => one.Key);

    public int Count => Volatile.Read(ref _count);

    /// <summary>A place for one more, to be given back with <see cref="Leave"/>; else the refusal.</summary>
    public ProblemAnswer? TryEnter(Identity identity)
    {
        if (Interlocked.Increment(ref _count) > limits.Value.MaxSockets)
        {
            Interlocked.Decrement(ref _count);
            return Problems.Of(ErrorCodes.ServiceUnavailable, "Too many sockets are open here.", retryAfter: TooManyRetry);
        }
        if (_ofAccount.AddOrUpdate(identity.AccountId, 1, static (_, count) => count + 1) <= options.Value.SocketsPerAccount) return null;
        Leave(identity);
        return Problems.Of(ErrorCodes.RateLimited, "Too many sockets of this account are open; close one first.", retryAfter: TooManyRetry);
    }

    public void Leave(Identity identity)
    {
        Interlocked.Decrement(ref _count);
        if (_ofAccount.AddOrUpdate(identity.AccountId, 0, static (_, count) => count - 1) == 0) _ofAccount.TryRemove(KeyValuePair.Create(identity.AccountId, 0));
    }

    public void Add(LiveSocket socket) => _sockets[socket] = true;

    public void Remove(LiveSocket socket) => _sockets.TryRemove(socket, out _);

    /// <summary>The key no longer stands for anybody.</summary>
    public void Revoke(Guid keyId)
    {
        foreach (var socket in All)
            if (socket.Identity.KeyId == keyId) Refuse(socket);
    }

    public static void SayGoodBye(LiveSocket socket) => socket.Close(WebSocketCloseStatus.EndpointUnavailable, "The server is stopping; connect again.");

    public static void Refuse(LiveSocket socket) => socket.Close(WebSocketCloseStatus.PolicyViolation, "The credential is no longer valid.");
}
