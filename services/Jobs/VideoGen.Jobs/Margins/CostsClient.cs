using VideoGen.HttpApi;
using VideoGen.Providers.Contracts;

namespace VideoGen.Jobs.Margins;

/// <summary>Asks Providers what attempts cost.</summary>
internal sealed class CostsClient(HttpClient http)
{
    /// <exception cref="HttpRequestException">Providers is away.</exception>
    public async Task<IReadOnlyList<VendorCost>> ReadAsync(DateOnly from, DateOnly to, CancellationToken ct) =>
        (await http.GetFromJsonAsync<VendorCosts>($"internal/costs?from={from:yyyy-MM-dd}&to={to:yyyy-MM-dd}", ApiJson.Options, ct))?.Costs
            ?? throw new HttpRequestException("The costs are empty");
}
