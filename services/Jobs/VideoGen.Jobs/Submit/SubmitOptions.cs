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

    /// <summary>
    /// How long a hold stands that nobody confirms, captures or releases. A submit that failed releases its own, whatever process dies; a
    /// job's is confirmed after a quarter of this time, at most five minutes, and stands until the job's end then. Default 24 hours.
    /// </summary>
    [Range(typeof(TimeSpan), "00:02:00", "1.00:00:00")]
    public TimeSpan HoldLifetime { get; set; } = TimeSpan.FromHours(24);

    internal TimeSpan ConfirmHoldAfter => HoldLifetime / 4 < TimeSpan.FromMinutes(5) ? HoldLifetime / 4 : TimeSpan.FromMinutes(5);
}
