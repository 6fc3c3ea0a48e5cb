using Microsoft.Extensions.Options;

namespace VideoGen.Providers.Routing;

/// <summary>The figures as they were a short while ago: every job asks for them, and each look reads a day of attempts.</summary>
internal sealed class RouteFiguresReader(RouteFiguresStore store, IOptions<RoutingOptions> options, TimeProvider time) : IDisposable
{
    static readonly TimeSpan Fresh = TimeSpan.FromSeconds(15);

    readonly SemaphoreSlim _turn = new(1);
    ILookup<string, RouteFigures>? _known;
    long _since;

    /// <summary>By connector; nothing where the model's policy does not ask for figures.</summary>
    public async Task<IReadOnlyList<RouteFigures>> OfAsync(string model, CancellationToken ct)
    {
        var routing = options.Value;
        var isAsked = routing.PolicyOf(model) != RoutePolicies.Order
            || routing is not { MaxCostUsd: null, MaxDuration: null, MaxFailures: null };
        return isAsked ? [.. (await KnownAsync(ct))[model]] : [];
    }

    public void Dispose() => _turn.Dispose();

    async Task<ILookup<string, RouteFigures>> KnownAsync(CancellationToken ct)
    {
        await _turn.WaitAsync(ct);
        try
        {
            if (_known is { } known && time.GetElapsedTime(_since) < Fresh) return known;
            _known = await store.ReadAsync(ct);
            _since = time.GetTimestamp();
            return _known;
        }
        finally
        {
            _turn.Release();
        }
    }
}
