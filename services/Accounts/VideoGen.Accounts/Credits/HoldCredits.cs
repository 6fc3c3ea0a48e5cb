using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using VideoGen.Accounts.Contracts;
using VideoGen.Accounts.Plans;
using VideoGen.Durability;
using VideoGen.HttpApi.Errors;
using VideoGen.HttpApi.Requests;

namespace VideoGen.Accounts.Credits;

/// <summary><c>PUT /internal/holds/{job_id}</c>: sets credits aside for a job that is about to be committed.</summary>
internal static class HoldCredits
{
    const long MaxAmount = 1_000_000_000_000;
    const int MaxExpiresSeconds = 24 * 3600;

    public static async Task<IResult> PutAsync(Guid jobId, BodyFields body, UnitOfWork work, LedgerStore ledger, PlanCatalog plans, CancellationToken ct)
    {
        var accountId = body.Id("account_id");
        var amount = body.Number("amount", 0, MaxAmount);
        var expires = body.Number("expires_seconds", 1, MaxExpiresSeconds);
        var model = body.Text("model", 1, 100);
        if (body.Refusal() is { } refusal) return refusal;

        await work.BeginAsync(ct);
        if (await ledger.LoadAsync(work, accountId!.Value, jobId, grants: false, ct) is not { } books) return Problems.Of(ErrorCodes.NotFound, "There is no such account.");
        if (books is { IsClosed: true, Hold: null }) return Problems.Of(ErrorCodes.NotFound, "The account is closed.");

        var (verdict, posting) = Ledger.TakeHold(books, jobId, model!, amount!.Value, TimeSpan.FromSeconds(expires!.Value));
        if (verdict == HoldVerdict.Taken)
        {
            await ledger.SaveAsync(work, posting, ct);
            await work.CommitAsync(ct);
        }
        return verdict switch
        {
            HoldVerdict.Taken or HoldVerdict.Standing => TypedResults.Ok(
                new HoldAnswer(jobId, amount.Value, posting.Wallet.Available, plans.Find(books.Plan).JobLimits)),
            HoldVerdict.InsufficientCredits => Insufficient(amount.Value, books.Wallet.Available),
            HoldVerdict.OtherAmount => Problems.Of(ErrorCodes.Conflict, "amount: the job has a hold of another amount or account."),
            _ => Problems.Of(ErrorCodes.Conflict, "The job's hold has already ended."),
        };
    }

    static ProblemAnswer Insufficient(long required, long available) => Problems.Of(ErrorCodes.InsufficientCredits,
        $"The job needs {required} credits, the account has {available} available.",
        facts: new Dictionary<string, object?> { ["credits_required"] = required, ["credits_available"] = available });
}

/// <summary>
/// <c>DELETE /internal/holds/{job_id}</c>: gives back a hold whose job was never committed. Repeating it changes nothing. Where
/// <c>account_id</c> says whose it would be, a hold that has not come yet is refused when it does.
/// </summary>
internal static class DropHold
{
    public static async Task<Results<NoContent, ProblemAnswer>> DeleteAsync(
        Guid jobId, [FromQuery(Name = "account_id")] Guid? account, UnitOfWork work, LedgerStore ledger, CancellationToken ct)
    {
        await work.BeginAsync(ct);
        if ((await ledger.FindAccountAsync(work, jobId, ct) ?? account) is not { } accountId) return TypedResults.NoContent();
        var books = await ledger.LoadAsync(work, accountId, jobId, grants: false, ct)
            ?? throw new InvalidOperationException($"The hold of job {jobId} has no wallet.");
        if (books.Hold is null)
        {
            await ledger.SaveAsync(work, Ledger.Forestall(books, jobId), ct);
            await work.CommitAsync(ct);
            return TypedResults.NoContent();
        }
        if (books.Hold is { State: HoldState.Confirmed }) return Problems.Of(ErrorCodes.Conflict, "The hold is confirmed: it ends with its job.");

        var (_, posting) = Ledger.Release(books, "submit_failed");
        await ledger.SaveAsync(work, posting, ct);
        await work.CommitAsync(ct);
        return TypedResults.NoContent();
    }
}
