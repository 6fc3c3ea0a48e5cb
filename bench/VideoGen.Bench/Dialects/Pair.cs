namespace VideoGen.Bench.Dialects;

/// <summary>A native call and the dialect's call that means the same.</summary>
/// <param name="Native">The n-th time; what natively takes several calls is several requests.</param>
/// <param name="Dialect">The n-th time.</param>
/// <param name="Calls">How many make a block; few enough for the API's own limits and the plan's queue.</param>
internal sealed record Pair(Func<int, IReadOnlyList<HttpRequestMessage>> Native, Func<int, IReadOnlyList<HttpRequestMessage>> Dialect, int Calls);
