using VideoGen.Jobs.Contracts;

namespace VideoGen.Gateway.Dialects.Native;

/// <summary>Jobs' figures of what ran.</summary>
internal sealed class StatisticsClient(HttpClient http)
{
    /// <summary>Every model's ended jobs, of all accounts' live keys.</summary>
    public async Task<NativeResult<ModelStatistics>> OfModelsAsync(CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "internal/statistics/models");
        return await NativeCall.SendAsync<ModelStatistics>(http, request, ct);
    }
}
