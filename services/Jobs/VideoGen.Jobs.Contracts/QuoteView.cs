using System.Text.Json;

namespace VideoGen.Jobs.Contracts;

/// <summary>Body of <c>POST /v1/quotes</c>: the same <c>model</c> and <c>input</c> as a submit.</summary>
public sealed record QuoteRequest(string? Model, JsonElement? Input);

/// <summary>What a job would cost and how long it would take.</summary>
/// <param name="Credits">The most that the job can cost, in integer credits.</param>
public sealed record QuoteView(string Model, long Credits, int PriceVersion, PriceBreakdown Breakdown, ExpectedSeconds ExpectedSeconds);

/// <summary><c>credits = max(minimum, ceil(credits_per_unit × quantity × Π percent / 100))</c>.</summary>
/// <param name="Unit">What one unit is: <c>video</c>, <c>second</c>, <c>image</c>, <c>minute</c>.</param>
public sealed record PriceBreakdown(long CreditsPerUnit, string Unit, long Quantity, IReadOnlyList<AppliedFactor> Factors, long Minimum);

/// <param name="Value">The input's value that decided, as text; null when the input is absent.</param>
public sealed record AppliedFactor(string Field, string? Value, int Percent);

/// <summary>Seconds from start to end.</summary>
/// <param name="Sample">Finished jobs that the figures come from; 0: the catalogue's own figure, until 20 have finished.</param>
public sealed record ExpectedSeconds(int P50, int P90, int Sample);
