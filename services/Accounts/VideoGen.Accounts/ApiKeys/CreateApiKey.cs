using VideoGen.Accounts.Contracts;
using VideoGen.Durability;
using VideoGen.HttpApi.Errors;
using VideoGen.HttpApi.Requests;
using VideoGen.ServiceDefaults.Callers;

namespace VideoGen.Accounts.ApiKeys;

/// <summary>
/// <c>POST /v1/account/keys</c>: the only time a key's secret is shown. A key never gets more than its maker has: no further
/// scopes, no live key from a test key, no later end.
/// </summary>
internal static class CreateApiKey
{
    const int MaxKeys = 100;
    const int MaxYears = 10;

    public static async Task<IResult> PostAsync(
        Caller caller, BodyFields body, HttpContext context, UnitOfWork work, ApiKeyStore keys, CancellationToken ct)
    {
        await work.BeginAsync(ct);
        var room = await keys.LockRoomAsync(work, caller.AccountId, caller.KeyId, ct);
        var name = body.Text("name", 1, 100);
        var scopes = body.Words("scopes", Scope.All) ?? [.. Scope.All.Where(caller.May)];
        var expiresAt = body.FutureTime("expires_at", room.Now, MaxYears);
        var test = body.Flag("test") ?? caller.Test;
        if (body.Refusal() is { } refusal) return refusal;
        if (Excess(caller, room, scopes, expiresAt, test) is { } excess) return Problems.Of(ErrorCodes.Forbidden, excess);
        if (room.ActiveKeys >= MaxKeys) return Problems.Of(ErrorCodes.QuotaExceeded, $"An account has at most {MaxKeys} keys in use; revoke one first.");

        var key = new NewApiKey(Guid.CreateVersion7(), name!, ApiKeyFormat.Create(test), scopes, expiresAt ?? room.CallerExpiresAt);
        await keys.InsertAsync(work, caller.AccountId, key, ct);
        var view = await keys.FindAsync(work, World.Both(caller.AccountId), key.Id, ct)
            ?? throw new InvalidOperationException($"Key {key.Id} is gone.");
        await work.CommitAsync(ct);
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Created((string?)null, new CreatedApiKey(key.Secret, view));
    }

    static string? Excess(Caller caller, KeyRoom room, IReadOnlyList<string> scopes, DateTimeOffset? expiresAt, bool test)
    {
        var lacking = scopes.Where(scope => !caller.May(scope)).ToList();
        if (lacking.Count > 0) return $"scopes: this credential lacks {string.Join(", ", lacking)} and can't pass them on.";
        if (caller.Test && !test) return "test: a test key can make test keys only.";
        return expiresAt > room.CallerExpiresAt ? "expires_at: must not be later than the end of the key that makes it." : null;
    }
}
