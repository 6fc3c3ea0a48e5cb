namespace VideoGen.Providers.Catalog;

/// <summary>How a model's routes have done lately.</summary>
/// <param name="Status"><c>healthy</c>; <c>degraded</c>: some jobs fail or take a detour; <c>unavailable</c>: none would succeed;
/// <c>unknown</c>: nothing was tried lately.</param>
/// <param name="Attempts">Ended attempts of the last hour, without test jobs and without inputs that were refused.</param>
/// <param name="SuccessRate">0 to 1; null when nothing was tried.</param>
/// <param name="MedianSeconds">From acceptance to success; null when nothing succeeded.</param>
internal sealed record ModelHealth(string Status, int Attempts, double? SuccessRate, double? MedianSeconds);

/// <summary>What the attempts of the last hour say about one route of a model.</summary>
/// <param name="Failed">For the provider's own reasons; refused inputs and contents are not counted.</param>
internal sealed record RouteRecord(string Model, string Connector, int Succeeded, int Failed, double? MedianSeconds)
{
    public int Tried => Succeeded + Failed;
}

/// <summary>Judges a model's health from its routes' records.</summary>
internal static class RouteHealth
{
    /// <summary>Fewer failures than this in a row may be bad luck.</summary>
    const int FewestFailures = 3;

    const double TolerableFailures = 0.2;

    /// <param name="usable">The connectors that a live job would try, in order; none means that no job can succeed.</param>
    /// <param name="records">Of this model.</param>
    public static ModelHealth Judge(IReadOnlyList<string> usable, IReadOnlyCollection<RouteRecord> records)
    {
        var inUse = records.Where(record => usable.Contains(record.Connector)).ToList();
        var (tried, succeeded) = (inUse.Sum(record => record.Tried), inUse.Sum(record => record.Succeeded));
        var statuses = usable.Select(connector => Status(inUse.Where(record => record.Connector == connector).ToList())).ToList();
        var status = statuses switch
        {
            [] => "unavailable",
            [var only] => only,
            _ when statuses.TrueForAll(each => each == statuses[0]) => statuses[0],
            _ => "degraded",
        };
        var best = inUse.Where(record => record.MedianSeconds is not null).MaxBy(record => record.Succeeded);
        return new ModelHealth(status, tried, tried == 0 ? null : Math.Round((double)succeeded / tried, 3), best?.MedianSeconds is { } median ? Math.Round(median, 1) : null);
    }

    static string Status(List<RouteRecord> records)
    {
        var (tried, failed) = (records.Sum(record => record.Tried), records.Sum(record => record.Failed));
        if (tried == 0) return "unknown";
        if (failed == tried && failed >= FewestFailures) return "unavailable";
        return (double)failed / tried > TolerableFailures ? "degraded" : "healthy";
    }
}
