using VideoGen.Gateway.Dialects.Native;

namespace VideoGen.Gateway.Dialects.VividFlow;

/// <summary><c>GET /usage</c>: credits that can be spent, held ones excluded, and when the monthly cycle starts anew.</summary>
internal static class UsageEndpoint
{
    public static async Task<IResult> HandleAsync(NativeApi native, CancellationToken ct)
    {
        var account = await native.Account.GetAsync(ct);
        return account.Succeeded
            ? DialectJson.Answer(new
            {
                credits_remaining = account.Value.Credits.Available,
                cycle_resets_on = DialectJson.Time(account.Value.CycleEndsAt),
            })
            : account.Refusal;
    }
}
