using System.Security.Cryptography;
using System.Text;
using VideoGen.Accounts.Contracts;
using VideoGen.ServiceDefaults.Callers;

namespace VideoGen.Gateway.Callers;

/// <summary>From a credential to an identity: form, checksum or signature first, then the cache, then Accounts.</summary>
internal sealed partial class Identification(IdentityCache cache, UserTokens tokens, LookUpTurns turns, IServiceProvider services,
    ILogger<Identification> log)
{
    const string BadKey = "The API key is unknown, revoked or expired.";
    const string BadToken = "The token is not valid or has expired.";

    static readonly TimeSpan LookupTimeout = TimeSpan.FromSeconds(3);

    /// <param name="suspect">An address that has shown too many bad credentials: what is not known to be good is looked up in its
    /// turn. Null for any other.</param>
    public async Task<Verdict> OfAsync(Credential credential, string? suspect, CancellationToken ct)
    {
        if (credential.Fault is { } fault) return Verdict.Refused(fault);
        if (credential.ApiKey is { } key)
        {
            if (!ApiKeyFormat.IsWellFormed(key)) return Verdict.Refused("The API key is malformed.");
            var name = Convert.ToHexString(SHA256.HashData(Encoding.ASCII.GetBytes(key)));
            return await LookUpAsync(name, BadKey, suspect, (client, token) => client.ByKeyAsync(key, token), ct);
        }
        return await tokens.VerifyAsync(credential.Token!) is { } session
            ? await LookUpAsync($"{session.UserId} {session.Round}", BadToken, suspect, (client, token) =>
                client.ByUserAsync(session, token), ct)
            : Verdict.Refused(BadToken);
    }

    async Task<Verdict> LookUpAsync(string name, string refusal, string? suspect,
        Func<IdentityClient, CancellationToken, Task<Identity?>> ask, CancellationToken ct)
    {
        var hasToWait = suspect is not null && !cache.Knows(name);
        using var turn = hasToWait ? await turns.WaitAsync(suspect!, ct) : null;
        if (hasToWait && turn is null) return Verdict.Unavailable;
        try
        {
            var identity = await cache.GetAsync(name, AskAsync);
            return identity is null ? Verdict.Refused(refusal) : new Verdict(identity);
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException)
        {
            Log.AccountsAway(log, failure);
            return Verdict.Unavailable;
        }

        async Task<Identity?> AskAsync()
        {
            using var deadline = new CancellationTokenSource(LookupTimeout);
            return await ask(services.GetRequiredService<IdentityClient>(), deadline.Token);
        }
    }

    static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Accounts does not say who a credential stands for")]
        public static partial void AccountsAway(ILogger log, Exception failure);
    }
}

/// <param name="Fault">Why not, for the caller.</param>
/// <param name="IsUnavailable">Nobody could be asked.</param>
internal sealed record Verdict(Identity? Identity, string? Fault = null, bool IsUnavailable = false)
{
    public static readonly Verdict Unavailable = new(Identity: null, IsUnavailable: true);

    public static Verdict Refused(string fault) => new(Identity: null, fault);
}

/// <summary>Request feature: the verified identity, with its limits.</summary>
/// <param name="Credential">What was shown for it; only for who has to look at it again later.</param>
internal sealed record Identified(Identity Identity, Credential Credential)
{
    public static Caller CallerOf(Identity identity) => new(
        identity.AccountId, identity.UserId, identity.KeyId, identity.Test, identity.Plan, identity.Scopes, identity.IsOperator, identity.RetentionDays);
}
