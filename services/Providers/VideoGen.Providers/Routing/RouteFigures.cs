namespace VideoGen.Providers.Routing;

/// <summary>
/// What the attempts of one span of time say about a route. Test jobs, and inputs and contents that were refused, are not among them.
/// </summary>
/// <param name="Failed">The vendor took the work and made nothing of it.</param>
/// <param name="Refused">The vendor did not take the work.</param>
/// <param name="P50">Seconds from the call to the result of the middle one; null where nothing succeeded.</param>
/// <param name="P95">The same of the one that is slower than 95 of 100.</param>
internal sealed record SpanFigures(int Succeeded, int Failed, int Refused, double? P50 = null, double? P95 = null)
{
    public static readonly SpanFigures None = new(0, 0, 0);

    public int Tried => Succeeded + Failed + Refused;

    public double FailureRate => (double)(Failed + Refused) / Tried;
}

/// <summary>What is known of a connector that runs a model.</summary>
/// <param name="CostUsd">What its jobs of the last day cost on average; null where that is not known.</param>
internal sealed record RouteFigures(string Model, string Connector, SpanFigures Hour, SpanFigures Day, decimal? CostUsd)
{
    /// <summary>Fewer attempts than this may be luck.</summary>
    public const int FewestTries = 5;

    /// <summary>The last hour, or the last day where the hour has too few; null where both have.</summary>
    public SpanFigures? Lately => Hour.Tried >= FewestTries ? Hour : Day.Tried >= FewestTries ? Day : null;
}
