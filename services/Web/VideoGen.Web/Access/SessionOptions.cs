using System.ComponentModel.DataAnnotations;

namespace VideoGen.Web.Access;

/// <summary>Section <c>Web:Session</c>: the cookies of people who signed in.</summary>
internal sealed class SessionOptions
{
    public const string Section = "Web:Session";

    /// <summary>Shared secret that seals the cookies, at least 32 characters; the same for every instance. A new one signs everybody out. Required.</summary>
    [Required, MinLength(32)]
    public string Key { get; set; } = "";

    /// <summary>How long a sign-in lasts, used or not. Default 12 hours.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "7.00:00:00")]
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromHours(12);
}
