using System.ComponentModel.DataAnnotations;

namespace VideoGen.HttpApi.Links;

/// <summary>How links to assets are made. Section <c>Links</c>; the same values for Storage and Jobs.</summary>
public sealed class LinkOptions
{
    public const string Section = "Links";

    /// <summary>Shared secret for signing, at least 32 characters. Required.</summary>
    [Required, MinLength(32)]
    public string SigningKey { get; set; } = "";

    /// <summary>The gateway's address as clients see it, without a trailing slash. Required for absolute links.</summary>
    [Required, Url]
    public string PublicUrl { get; set; } = "";

    /// <summary>How long a link in an API answer stays valid. Default 24 hours.</summary>
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromHours(24);
}
