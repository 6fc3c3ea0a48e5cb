using System.Collections.Concurrent;
using VideoGen.Jobs.Contracts;
using VideoGen.Providers.Contracts;

namespace VideoGen.Jobs.Quotes;

/// <summary>Expected seconds of a model, measured at most every half minute.</summary>
internal sealed class ExpectedDurations(QuoteStore store, TimeProvider time)
{
    /// <summary>Fewer finished jobs than this say less than the catalogue does.</summary>
    const int EnoughJobs = 20;

    static readonly TimeSpan Freshness = TimeSpan.FromSeconds(30);

    readonly ConcurrentDictionary<string, (DateTimeOffset At, ExpectedSeconds Expected)> _measured = new(StringComparer.Ordinal);

    public async Task<ExpectedSeconds> OfAsync(CatalogModel model, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        if (_measured.TryGetValue(model.Slug, out var known) && now - known.At < Freshness) return known.Expected;
        var (count, p50, p90) = await store.DurationsAsync(model.Slug, ct);
        var expected = Decide(model.ExpectedSeconds, count, p50, p90);
        _measured[model.Slug] = (now, expected);
        return expected;
    }

    internal static ExpectedSeconds Decide(int catalogue, int count, double p50, double p90) => count < EnoughJobs
        ? new ExpectedSeconds(catalogue, catalogue, Sample: 0)
        : new ExpectedSeconds(Whole(p50), Whole(p90), count);

    static int Whole(double seconds) => Math.Max(1, (int)Math.Ceiling(seconds));
}
