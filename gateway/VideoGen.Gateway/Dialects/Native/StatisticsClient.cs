using VideoGen.Jobs.Contracts;

namespace VideoGen.Gateway.Dialects.Native;

/// <summary>Jobs' figures of what ran: of models, of an account, of the system.</summary>
internal sealed class StatisticsClient(HttpClient http)
{
    /// <summary>Every model's ended jobs, of all accounts' live keys.</summary>
    public async Task<NativeResult<ModelStatistics>> OfModelsAsync(CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "internal/statistics/models");
        return await NativeCall.SendAsync<ModelStatistics>(http, request, ct);
    }

    /// <param name="test">Of the account's test keys, or of its live ones.</param>
    public async Task<NativeResult<AccountStatistics>> OfAccountAsync(Guid accountId, bool test, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"internal/statistics?account_id={accountId}&test={(test ? "true" : "false")}");
        return await NativeCall.SendAsync<AccountStatistics>(http, request, ct);
    }

    public async Task<NativeResult<SystemStatistics>> OfSystemAsync(CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "internal/statistics/system");
        return await NativeCall.SendAsync<SystemStatistics>(http, request, ct);
    }
}
