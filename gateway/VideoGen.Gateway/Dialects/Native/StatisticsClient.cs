using VideoGen.Jobs.Contracts;
using VideoGen.ServiceDefaults.Callers;

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

    public async Task<NativeResult<AccountStatistics>> OfAsync(World world, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "internal/statistics" + QueryOf(world));
        return await NativeCall.SendAsync<AccountStatistics>(http, request, ct);
    }

    /// <summary>How the services' own figures are asked for one world, or for both.</summary>
    public static string QueryOf(World world) =>
        $"?account_id={world.AccountId}" + (world.Test is { } test ? $"&test={(test ? "true" : "false")}" : "");

    public async Task<NativeResult<SystemStatistics>> OfSystemAsync(CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "internal/statistics/system");
        return await NativeCall.SendAsync<SystemStatistics>(http, request, ct);
    }
}
