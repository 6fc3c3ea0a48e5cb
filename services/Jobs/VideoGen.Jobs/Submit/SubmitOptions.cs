using System.ComponentModel.DataAnnotations;

namespace VideoGen.Jobs.Submit;

/// <summary>Section <c>Jobs:Submit</c>.</summary>
internal sealed class SubmitOptions
{
    public const string Section = "Jobs:Submit";

    /// <summary>The largest body of a submit, in bytes. Default 256 KiB.</summary>
    [Range(1024, 16 * 1024 * 1024)]
    public int MaxBodyBytes { get; set; } = 256 * 1024;

    /// <summary>A job that has waited this long for a slot fails. Default 24 hours.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")]
    public TimeSpan QueueLimit { get; set; } = TimeSpan.FromHours(24);

    /// <summary>How long a hold stands for a job that was never committed; a committed job's hold stands until its end. Default 10 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:05", "1.00:00:00")]
    public TimeSpan HoldLifetime { get; set; } = TimeSpan.FromMinutes(10);
}
