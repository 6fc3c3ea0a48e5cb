using System.Text.Json;
using VideoGen.Accounts.Contracts;
using VideoGen.HttpApi;

namespace VideoGen.Gateway.Limits;

/// <summary>Limits that all gateways share: Accounts counts them, in its database.</summary>
internal sealed partial class LimitClient(HttpClient http, ILogger<LimitClient> log)
{
    /// <summary>The answer; null when there is none, so that nobody knows whether it counted.</summary>
    public async Task<LimitAnswer?> TakeAsync(TakeLimit ask, CancellationToken ct)
    {
        try
        {
            using var response = await http.PostAsJsonAsync("internal/limits/take", ask, ApiJson.Options, ct);
            response.EnsureSuccessStatusCode();
            return await response.Content.ReadFromJsonAsync<LimitAnswer>(ApiJson.Options, ct);
        }
        catch (Exception failure) when (failure is HttpRequestException or JsonException || (failure is OperationCanceledException && !ct.IsCancellationRequested))
        {
            Log.AccountsAway(log, failure);
            return null;
        }
    }

    static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Accounts does not count a limit")]
        public static partial void AccountsAway(ILogger log, Exception failure);
    }
}
