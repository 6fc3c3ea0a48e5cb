using System.Security.Cryptography;
using System.Text;
using VideoGen.Accounts.Credits;
using VideoGen.Durability;
using VideoGen.HttpApi.Errors;
using VideoGen.HttpApi.Requests;
using VideoGen.ServiceDefaults.Callers;

namespace VideoGen.Accounts.Operator;

/// <summary>
/// <c>POST /admin/v1/accounts/{id}/grants</c>: gives credits, which never expire unless told. With an <c>Idempotency-Key</c> the same
/// request again answers the first grant; the key names the ledger's operation, so it holds for ever.
/// </summary>
internal static class GrantCredits
{
    const long MaxAmount = 1_000_000_000;
    const int MaxYears = 10;

    public static async Task<IResult> PostAsync(
        Caller caller, Guid id, BodyFields body, HttpContext context, UnitOfWork work, LedgerStore ledger, CreditGrants grants, GrantStore made, CancellationToken ct)
    {
        var (key, badKey) = IdempotencyKeyHeader.Read(context.Request);
        if (badKey is not null) return badKey;
        await work.BeginAsync(ct);
        var operation = Operation(caller, key);
        await made.LockAsync(work, operation, ct);
        var books = await ledger.LoadAsync(work, id, jobId: null, grants: false, ct);
        var amount = body.Number("amount", 1, MaxAmount);
        var reason = body.Text("reason", 1, 200);
        // A repeated request may name a time that has passed since, so a made grant is looked for before times are judged.
        var before = await made.FindAsync(work, operation, ct);
        var expiresAt = body.FutureTime("expires_at", before is null ? books?.Now ?? DateTimeOffset.UnixEpoch : before.Entry.CreatedAt, MaxYears);
        if (body.Refusal() is { } refusal) return refusal;
        if (books is null) return Problems.Of(ErrorCodes.NotFound, "There is no such account.");
        if (before is not null)
        {
            return before.AccountId == id && before.Entry.Credits == amount && before.Entry.Reason == reason && before.ExpiresAt == expiresAt
                ? TypedResults.Created((string?)null, before.Entry)
                : Problems.Of(ErrorCodes.IdempotencyKeyReused);
        }

        await grants.GrantAsync(work, books, amount!.Value, operation, reason!, expiresAt, ct);
        var entry = (await made.FindAsync(work, operation, ct))?.Entry ?? throw new InvalidOperationException($"Grant {operation} is gone.");
        await work.CommitAsync(ct);
        return TypedResults.Created((string?)null, entry);
    }

    static string Operation(Caller caller, string? key)
    {
        if (key is null) return $"grant:{Guid.CreateVersion7()}";
        return $"grant:{caller.AccountId}:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))}";
    }
}
