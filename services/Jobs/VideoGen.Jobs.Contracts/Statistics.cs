namespace VideoGen.Jobs.Contracts;

/// <summary>Answer of <c>GET /internal/statistics?account_id=&amp;test=</c>: what an account's jobs did, deleted ones included.</summary>
/// <param name="Total">Jobs ever submitted.</param>
/// <param name="Today">Of them, since midnight UTC.</param>
/// <param name="LastDay">Of them, in the last 24 hours.</param>
/// <param name="Runs">Those that ended, of every model.</param>
/// <param name="Models">The same by model, the most used first.</param>
public sealed record AccountStatistics(long Total, long Today, long LastDay, RunFigures Runs, QueueFigures Queue, IReadOnlyList<ModelFigures> Models);

/// <summary>One model's ended jobs; item of <c>GET /internal/statistics/models</c>, there of all accounts' live jobs.</summary>
/// <param name="Model">Slug of the catalogue.</param>
public sealed record ModelFigures(string Model, RunFigures Runs);

/// <summary>How jobs ended, and how long the completed ones ran: seconds from their slot to their end, null without any.</summary>
public sealed record RunFigures(
    long Completed, long Failed, long Cancelled, double? AverageSeconds, double? MedianSeconds, double? FastestSeconds, double? SlowestSeconds)
{
    public static readonly RunFigures None = new(0, 0, 0, null, null, null, null);
}

/// <summary>An account's queue.</summary>
/// <param name="Waiting">Jobs without a slot now.</param>
/// <param name="MostWaitingToday">The most that waited at any moment since midnight UTC, counted as it happened.</param>
/// <param name="AverageWaitSeconds">From submit to slot, of every job that got one; null without any.</param>
public sealed record QueueFigures(int Running, int Waiting, int MostWaitingToday, double? AverageWaitSeconds);

/// <summary>Answer of <c>GET /internal/statistics/models</c>.</summary>
public sealed record ModelStatistics(IReadOnlyList<ModelFigures> Models);

/// <summary>Answer of <c>GET /internal/statistics/system</c>: the jobs of all accounts.</summary>
/// <param name="Pending">Waiting for a slot.</param>
/// <param name="Processing">In a slot.</param>
/// <param name="CompletedToday">Since midnight UTC.</param>
public sealed record SystemStatistics(long Pending, long Processing, long CompletedToday);
