using System.ComponentModel.DataAnnotations;

namespace VideoGen.Jobs.Feed;

/// <summary>Section <c>Jobs:Feed</c>.</summary>
internal sealed class FeedOptions
{
    public const string Section = "Jobs:Feed";

    /// <summary>
    /// Months of events kept beside the present one, 1 to 120. Default 3. Deliveries live no longer than their events: see
    /// <c>Jobs:Webhooks:RetentionDays</c>.
    /// </summary>
    [Range(1, 120)]
    public int RetentionMonths { get; set; } = 3;
}
