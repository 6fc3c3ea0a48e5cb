using MassTransit;
using VideoGen.Accounts.Contracts.Events;
using VideoGen.Accounts.Users;
using VideoGen.Durability;
using VideoGen.HttpApi.Errors;
using VideoGen.HttpApi.Requests;
using VideoGen.ServiceDefaults.Callers;

namespace VideoGen.Accounts.Deletion;

/// <summary>
/// <c>DELETE /v1/account</c>: closes the account of who is signed in and knows the password, and has everything erased that is kept of it.
/// <para>
/// Guarantee: from the commit on nobody is let in by it (keys and sessions known to gateways end within five seconds), and what it left is
/// erased, whatever crashes on the way.
/// </para>
/// <para>
/// Protocol: 1. In one transaction the account is closed, its keys are revoked, its sessions ended, and the work of erasing is due
/// (<see cref="EraseAccount"/>). 2. That work publishes <see cref="AccountClosed"/>, and again every hour. 3. Jobs stops what runs, erases
/// and publishes <c>AccountErased</c>, on which Storage and Providers erase too. 4. On it the person goes from here
/// (<see cref="ErasedAccountConsumer"/>): the address is free for a new account, and the work of 2 ends.
/// </para>
/// <para>
/// What may go wrong: a message that came twice erases what is erased already. Jobs is told until
/// it answers; Storage and Providers are told by Jobs, twice. The books stay: rows of the ledger can't be changed, and name nobody.
/// </para>
/// </summary>
internal sealed class DeleteAccount(
    UserStore users, DeletionStore store, PresentPassword check, UnitOfWork work, DueWork dueWork, IPublishEndpoint bus)
{
    /// <summary>What a sign-in is told until the address is free.</summary>
    public const string IsClosed = "The account was deleted; what is left of it is being erased.";

    static ProblemAnswer Wrong() => Problems.Of(ErrorCodes.Forbidden, "The password is wrong.");

    public static Task<IResult> DeleteAsync(Caller caller, BodyFields body, DeleteAccount delete, CancellationToken ct) =>
        delete.RunAsync(caller, body, ct);

    async Task<IResult> RunAsync(Caller caller, BodyFields body, CancellationToken ct)
    {
        var password = body.Text("password", 1, 128, trim: false);
        if (body.Refusal() is { } refusal) return refusal;
        if (caller.UserId is not { } id || await users.FindAsync(caller.AccountId, id, ct) is not { } user)
            return Problems.Of(ErrorCodes.Forbidden, "An API key can't delete the account; sign in with e-mail address and password.");
        if (caller.IsOperator)
            return Problems.Of(ErrorCodes.Forbidden, "An operator's account can't be deleted.");
        if (await check.CheckAsync(user, password!, Wrong, ct) is { } wrong) return wrong;

        await work.BeginAsync(ct);
        if (await store.CloseAsync(work, caller.AccountId, ct))
        {
            foreach (var (key, revokedAt) in await store.RevokeKeysAsync(work, caller.AccountId, ct))
                await bus.Publish(new ApiKeyRevoked(caller.AccountId, key, revokedAt), ct);
            await bus.Publish(new SessionsEnded(caller.AccountId, user.Id), ct);
            await dueWork.ScheduleAsync(work, EraseAccount.Kind, caller.AccountId, TimeSpan.Zero, ct: ct);
            await work.CommitAsync(ct);
        }
        return TypedResults.NoContent();
    }
}
