using System.Collections.Concurrent;
using System.Net;

namespace VideoGen.Web.Access;

/// <summary>
/// Who is an operator at this moment: asked of Accounts and remembered for two seconds, so that a revoked key has no page open after
/// five. Nobody is let in on older knowledge: when Accounts does not answer, this throws.
/// </summary>
internal sealed class Operators(IServiceScopeFactory scopes, TimeProvider time)
{
    const int Most = 10_000;

    static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(2);

    readonly ConcurrentDictionary<Credential, (bool IsOperator, long At)> _known = new();

    public async Task<bool> IsOperatorAsync(Credential credential, CancellationToken ct)
    {
        if (_known.TryGetValue(credential, out var known) && time.GetElapsedTime(known.At) < Lifetime) return known.IsOperator;
        var askedAt = time.GetTimestamp();
        await using var scope = scopes.CreateAsyncScope();
        var identity = await scope.ServiceProvider.GetRequiredService<AccountsClient>().ByIdAsync(credential, ct);
        var answer = identity is { IsOperator: true, Test: false };
        if (_known.Count >= Most) _known.Clear();
        _known[credential] = (answer, askedAt);
        return answer;
    }

    /// <summary>True for what a call throws when a service does not answer.</summary>
    public static bool IsAway(Exception failure, CancellationToken caller) =>
        failure is HttpRequestException { StatusCode: null or >= HttpStatusCode.InternalServerError } || (failure is OperationCanceledException && !caller.IsCancellationRequested);

    /// <summary>Forgets what is known of it; the next question is asked anew.</summary>
    public void Forget(Credential credential) => _known.TryRemove(credential, out _);
}
