using VideoGen.Gateway.Dialects.Native;

namespace VideoGen.Gateway.Dialects.Vydra;

/// <summary><c>GET /organization</c>: the account, with the credits that can be spent, held ones excluded, at this moment.</summary>
internal static class OrganizationEndpoint
{
    public static async Task<IResult> HandleAsync(NativeApi native, TimeProvider time, CancellationToken ct)
    {
        var account = await native.Account.GetAsync(ct);
        return account.Succeeded
            ? DialectJson.Answer(new
            {
                id = $"org_{account.Value.Id}",
                name = account.Value.Name,
                creditsRemaining = account.Value.Credits.Available,
                plan = account.Value.Plan,
                updatedAt = DialectJson.Time(time.GetUtcNow()),
            })
            : account.Refusal;
    }
}
