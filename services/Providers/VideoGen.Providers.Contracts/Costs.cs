namespace VideoGen.Providers.Contracts;

/// <summary>Answer of <c>GET /internal/costs?from=2026-11-01&amp;to=2026-11-30</c>: what the attempts that ended on these days cost at vendors.</summary>
public sealed record VendorCosts(IReadOnlyList<VendorCost> Costs);

/// <param name="Route">The connector.</param>
/// <param name="Day">On which the attempts ended, UTC.</param>
/// <param name="Attempts">Without those of test keys.</param>
/// <param name="Usd">The sum of what is known, in US dollars.</param>
/// <param name="Unpriced">Attempts of which the cost is not known.</param>
public sealed record VendorCost(string Model, string Route, DateOnly Day, long Attempts, decimal Usd, long Unpriced);
