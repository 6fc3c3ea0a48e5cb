using VideoGen.Accounts.Contracts;
using VideoGen.HttpApi.Requests;

namespace VideoGen.Accounts.Limits;

/// <summary>
/// <c>POST /internal/limits/take</c>: counts a use exactly, whichever gateway asks. The account is not looked up: who asks has identified it.
/// </summary>
internal static class TakeLimitEndpoint
{
    const int MaxSubject = 200;
    const int MaxWindows = 4;
    const int MaxSeconds = 30 * 24 * 3600;
    const int MaxLimit = 1_000_000;

    public static async Task<IResult> PostAsync(TakeLimit ask, LimitStore limits, CancellationToken ct) =>
        Fault(ask).Answer() is { } refusal
            ? refusal
            : TypedResults.Ok(await limits.TakeAsync(ask.AccountId, ask.Subject, ask.Windows, ask.Count, ct));

    static Faults Fault(TakeLimit ask)
    {
        var faults = new Faults();
        if (ask.AccountId == Guid.Empty) faults.Add("account_id", "is required.");
        if (TextRules.Fault(ask.Subject ?? "", 1, MaxSubject) is { } subject) faults.Add("subject", subject);
        if (ask.Windows is not { Count: >= 1 and <= MaxWindows } windows || windows.Any(window => window is null))
            faults.Add("windows", $"must be a list of 1 to {MaxWindows} windows.");
        else if (windows.Any(window => window.Seconds is < 1 or > MaxSeconds || window.Limit is < 1 or > MaxLimit))
            faults.Add("windows", $"must have seconds from 1 to {MaxSeconds} and a limit from 1 to {MaxLimit}.");
        else if (windows.DistinctBy(window => window.Seconds).Count() != windows.Count)
            faults.Add("windows", "must each have another length.");
        else if (ask.Count < 0 || ask.Count > windows.Min(window => window.Limit))
            faults.Add("count", "must be from 0 to the smallest limit.");
        return faults;
    }
}
