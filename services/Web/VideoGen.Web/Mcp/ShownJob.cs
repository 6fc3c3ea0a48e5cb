using VideoGen.Jobs.Contracts;

namespace VideoGen.Web.Mcp;

/// <summary>A job as tools show it: what a program needs to go on, and no more, for every word of it is read.</summary>
/// <param name="CreditsHeld">Set aside while the job lives.</param>
/// <param name="CreditsTaken">0 until completed.</param>
/// <param name="Text">What a text model made.</param>
/// <param name="BudgetLeft">After <c>generate</c>: credits that may still be spent.</param>
internal sealed record ShownJob(
    Guid JobId, string Status, string Model, bool Test, int Percent, string Step, int? QueuePosition, int? ExpectedSeconds,
        long CreditsHeld,
    long CreditsTaken, JobError? Error, IReadOnlyList<ShownFile> Files, string? Text, long? BudgetLeft = null)
{
    public static ShownJob Of(JobView job) => new(
        job.Id, job.Status, job.Model, job.Test, job.Progress.Percent, job.Progress.Step, job.QueuePosition, job.ExpectedSeconds,
            job.Credits.Held,
        job.Credits.Captured, job.Error, [.. (job.Output?.Assets ?? []).Select(ShownFile.Of)], job.Output?.Text);
}

/// <param name="AssetId">For an input of a further job.</param>
/// <param name="Url">A signed link that works for a while.</param>
internal sealed record ShownFile(
    Guid AssetId, string MediaType, long SizeBytes, int? Width, int? Height, double? DurationSeconds, string Url)
{
    public static ShownFile Of(JobAsset asset) => new(
        asset.Id, asset.MediaType, asset.SizeBytes, asset.Width, asset.Height, asset.DurationSeconds, asset.Url);
}
