namespace VideoGen.Bench.Dialects;

/// <summary>A native call and the dialect's call that means the same.</summary>
/// <param name="Name">Dialect and call, for example <c>vydra status</c>.</param>
/// <param name="Native">The n-th native call.</param>
/// <param name="Dialect">The n-th call of the dialect.</param>
/// <param name="Calls">How many make a block; few enough for the API's own limits and the plan's queue.</param>
internal sealed record Pair(string Name, Func<int, IReadOnlyList<HttpRequestMessage>> Native, Func<int, IReadOnlyList<HttpRequestMessage>> Dialect, int Calls);
