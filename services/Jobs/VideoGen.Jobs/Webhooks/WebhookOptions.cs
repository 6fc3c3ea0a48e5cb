using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using VideoGen.Jobs.Feed;

namespace VideoGen.Jobs.Webhooks;

/// <summary>Section <c>Jobs:Webhooks</c>.</summary>
internal sealed class WebhookOptions
{
    public const string Section = "Jobs:Webhooks";

    static readonly TimeSpan[] Usual =
    [
        TimeSpan.Zero, TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(5),
        TimeSpan.FromHours(10), TimeSpan.FromHours(14), TimeSpan.FromHours(20), TimeSpan.FromHours(24),
    ];

    /// <summary>
    /// Encrypts the signing secrets at rest, at least 32 characters. When absent it is derived from <c>Caller:SigningKey</c>; then changing
    /// that one makes every secret unreadable, so set this one in any installation whose keys may be rotated.
    /// </summary>
    [MinLength(32)]
    public string? EncryptionKey { get; set; }

    /// <summary>
    /// The wait before each attempt. Default ten attempts over 75 h 35 min: 0 s, 5 s, 5 min, 30 min, 2, 5, 10, 14, 20 and 24 hours.
    /// </summary>
    public TimeSpan[]? Schedule { get; set; }

    /// <summary>By which part a wait may be shorter or longer, 0 to 0.5. Default 0.2.</summary>
    [Range(0, 0.5)]
    public double Jitter { get; set; } = 0.2;

    /// <summary>From the first byte sent to the last byte of the reply. Default 15 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Deliveries a process makes at once. Default 128.</summary>
    [Range(1, 1000)]
    public int Concurrency { get; set; } = 128;

    /// <summary>Of these, at most so many to one endpoint. Default 4.</summary>
    [Range(1, 100)]
    public int EndpointConcurrency { get; set; } = 4;

    /// <summary>Endpoints that an account may have for test jobs, and as many for live ones. Default 20.</summary>
    [Range(1, 1000)]
    public int EndpointsPerAccount { get; set; } = 20;

    /// <summary>An endpoint without one success for so long is disabled. Default 5 days.</summary>
    public TimeSpan DisableAfter { get; set; } = TimeSpan.FromDays(5);

    /// <summary>How long ended deliveries and their attempts are kept. Default 30 days, at most as long as the feed is.</summary>
    [Range(1, 3650)]
    public int RetentionDays { get; set; } = 30;

    public IReadOnlyList<TimeSpan> Waits => Schedule is { Length: > 0 } own ? own : Usual;
}

internal sealed class WebhookOptionsValidator(IOptions<FeedOptions> feed) : IValidateOptions<WebhookOptions>
{
    const int ShortestMonthDays = 28;

    public ValidateOptionsResult Validate(string? name, WebhookOptions options)
    {
        var faults = new List<string>();
        if (options.Waits.Any(wait => wait < TimeSpan.Zero)) faults.Add("Jobs:Webhooks:Schedule: no wait may be negative.");
        if (options.DisableAfter <= TimeSpan.Zero) faults.Add("Jobs:Webhooks:DisableAfter: must be positive.");
        if (options.RetentionDays > feed.Value.RetentionMonths * ShortestMonthDays)
            faults.Add($"Jobs:Webhooks:RetentionDays: must not exceed what Jobs:Feed:RetentionMonths ({feed.Value.RetentionMonths}) keeps; deliveries send the feed's bytes.");
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
