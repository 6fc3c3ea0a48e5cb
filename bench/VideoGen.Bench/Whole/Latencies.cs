namespace VideoGen.Bench.Whole;

/// <summary>Milliseconds that something took; null where nothing was measured.</summary>
internal sealed record Latencies(double? P50, double? P99, double? Max)
{
    /// <summary>By nearest rank: each figure is one that was measured.</summary>
    public static Latencies Of(IEnumerable<double> milliseconds)
    {
        var sorted = milliseconds.Order().ToList();
        return sorted.Count == 0 ? new Latencies(null, null, null) : new Latencies(At(sorted, 0.5), At(sorted, 0.99), sorted[^1]);
    }

    static double At(List<double> sorted, double share) => sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Count) - 1)];
}
