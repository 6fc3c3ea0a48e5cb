namespace VideoGen.Jobs.Contracts;

/// <summary>Answer of <c>GET /admin/v1/margins</c>: what jobs earned and what their attempts cost, by model, route and day.</summary>
/// <param name="UsdPerCredit">What a credit earns, as configured; null where it is not, and then no margin is told.</param>
public sealed record MarginsView(DateOnly From, DateOnly To, decimal? UsdPerCredit, IReadOnlyList<MarginView> Margins, MarginSum Total);

/// <param name="Model">Null where the figures are not told by model.</param>
/// <param name="Route">The connector; likewise.</param>
/// <param name="Day">On which jobs and attempts ended, UTC; likewise.</param>
public sealed record MarginView(string? Model, string? Route, DateOnly? Day, MarginSum Figures);

/// <param name="Jobs">That completed and cost credits.</param>
/// <param name="Credits">That were taken for them.</param>
/// <param name="Attempts">At vendors, with those that made nothing.</param>
/// <param name="CostUsd">What they cost, as far as it is known.</param>
/// <param name="UnpricedAttempts">Attempts of which the cost is not known: the margin is no more than what it says.</param>
/// <param name="MarginUsd">Earned less spent.</param>
public sealed record MarginSum(long Jobs, long Credits, long Attempts, decimal CostUsd, long UnpricedAttempts, decimal? MarginUsd);
