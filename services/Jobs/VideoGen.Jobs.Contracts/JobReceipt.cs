namespace VideoGen.Jobs.Contracts;

/// <summary>Answer of <c>GET /v1/jobs/{id}/receipt</c>: every credit of a job, in words.</summary>
/// <param name="Quoted">The price that was set when the job was made; 0 for a test key's job.</param>
/// <param name="Held">Credits that are set aside now.</param>
/// <param name="Captured">Credits that were taken.</param>
/// <param name="Released">Credits that were set aside and given back.</param>
/// <param name="Attempts">Every try at a provider, in order. None but the one that made the result costs anything.</param>
/// <param name="Lines">What happened to the credits, in order of time.</param>
public sealed record JobReceipt(
    Guid JobId, string Model, string Status, long Quoted, long Held, long Captured, long Released, ReceiptPrice Price,
    IReadOnlyList<JobAttempt> Attempts, IReadOnlyList<ReceiptLine> Lines);

/// <param name="Version">Of the model's price rule.</param>
/// <param name="Breakdown">How the price came about; null where the rule has changed since.</param>
/// <param name="Text">The same in words.</param>
public sealed record ReceiptPrice(int Version, PriceBreakdown? Breakdown, string Text);

/// <param name="Kind"><c>hold</c>, <c>attempt</c>, <c>capture</c> or <c>release</c>.</param>
/// <param name="Credits">Set aside, taken or given back; 0 for an attempt.</param>
public sealed record ReceiptLine(DateTimeOffset At, string Kind, long Credits, string Text);
