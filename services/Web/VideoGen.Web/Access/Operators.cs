using System.Collections.Concurrent;
using System.Net;
using VideoGen.Accounts.Contracts;

namespace VideoGen.Web.Access;

/// <summary>
/// Who somebody is at this moment: asked of Accounts and remembered for two seconds, so that a revoked key has no page open after
/// five. Nobody is let in on older knowledge: when Accounts does not answer, this throws.
/// </summary>
internal sealed class Operators(IServiceScopeFactory scopes, TimeProvider time)
{
    const int Most = 10_000;

    static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(2);

    readonly ConcurrentDictionary<Credential, (Identity? Identity, long At)> _known = new();

    public async Task<bool> IsOperatorAsync(Credential credential, CancellationToken ct) =>
        await IdentifyAsync(credential, ct) is { IsOperator: true, Test: false };

    /// <summary>Null for a credential that stands for nobody any more.</summary>
    public async Task<Identity?> IdentifyAsync(Credential credential, CancellationToken ct)
    {
        if (_known.TryGetValue(credential, out var known) && time.GetElapsedTime(known.At) < Lifetime) return known.Identity;
        var askedAt = time.GetTimestamp();
        await using var scope = scopes.CreateAsyncScope();
        var identity = await scope.ServiceProvider.GetRequiredService<AccountsClient>().ByIdAsync(credential, ct);
        if (_known.Count >= Most) _known.Clear();
        _known[credential] = (identity, askedAt);
        return identity;
    }

    /// <summary>True for what a call throws when a service does not answer.</summary>
    public static bool IsAway(Exception failure, CancellationToken caller) =>
        failure is HttpRequestException { StatusCode: null or >= HttpStatusCode.InternalServerError } || (failure is OperationCanceledException && !caller.IsCancellationRequested);

    /// <summary>Forgets what is known of it; the next question is asked anew.</summary>
    public void Forget(Credential credential) => _known.TryRemove(credential, out _);
}
