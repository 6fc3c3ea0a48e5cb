using System.Net;
using System.Text.Json;
using VideoGen.Accounts.Contracts;
using VideoGen.HttpApi;
using VideoGen.HttpApi.Errors;

namespace VideoGen.Jobs.Submit;

/// <summary>Holds credits at Accounts, keyed by the job's id, so that repeating a call changes nothing.</summary>
internal sealed partial class HoldsClient(HttpClient http, ILogger<HoldsClient> log)
{
    /// <summary>The hold with the account's limits, or the refusal to answer the customer with.</summary>
    public async Task<(HoldAnswer? Held, ProblemAnswer? Refusal)> HoldAsync(Guid jobId, HoldRequest hold, CancellationToken ct)
    {
        try
        {
            using var response = await http.PutAsJsonAsync($"internal/holds/{jobId}", hold, ApiJson.Options, ct);
            if (response.StatusCode == HttpStatusCode.PaymentRequired) return (null, await PoorAsync(response, hold, ct));
            if (response.StatusCode == HttpStatusCode.NotFound) return (null, Problems.Of(ErrorCodes.Forbidden, "The account is closed."));
            response.EnsureSuccessStatusCode();
            return (await response.Content.ReadFromJsonAsync<HoldAnswer>(ApiJson.Options, ct), null);
        }
        catch (Exception failure) when (IsAway(failure, ct))
        {
            // Whether the hold stands is unknown: whoever asked gives it back by a message.
            Log.Away(log, jobId, failure);
            return (null, Problems.Of(ErrorCodes.ServiceUnavailable, "Credits can't be set aside at the moment.", retryAfter: TimeSpan.FromSeconds(5)));
        }
    }

    /// <summary>Frees the hold of a job that will not be, also one that was asked for and has not come yet.</summary>
    /// <returns>False when Accounts did not answer.</returns>
    public async Task<bool> ReleaseAsync(Guid jobId, Guid accountId, CancellationToken ct)
    {
        try
        {
            using var response = await http.DeleteAsync($"internal/holds/{jobId}?account_id={accountId}", ct);
            response.EnsureSuccessStatusCode();
            return true;
        }
        catch (Exception failure) when (IsAway(failure, ct))
        {
            Log.NotReleased(log, jobId, failure);
            return false;
        }
    }

    static async Task<ProblemAnswer> PoorAsync(HttpResponseMessage response, HoldRequest hold, CancellationToken ct)
    {
        var problem = await response.Content.ReadFromJsonAsync<Problem>(ApiJson.Options, ct);
        var facts = problem?.Facts ?? new Dictionary<string, object?> { ["credits_required"] = hold.Amount };
        return Problems.Of(ErrorCodes.InsufficientCredits, problem?.Detail, facts: facts);
    }

    static bool IsAway(Exception failure, CancellationToken ct) =>
        failure is HttpRequestException or JsonException || (failure is OperationCanceledException && !ct.IsCancellationRequested);

    static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Accounts did not answer to the hold of {JobId}")]
        public static partial void Away(ILogger log, Guid jobId, Exception failure);

        [LoggerMessage(Level = LogLevel.Warning, Message = "The hold of {JobId}, which is not made, is released by a message")]
        public static partial void NotReleased(ILogger log, Guid jobId, Exception failure);
    }
}
