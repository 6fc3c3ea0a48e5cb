using System.ComponentModel.DataAnnotations;

namespace VideoGen.Web.Layout;

/// <summary>Section <c>Links</c>: the same value as for Jobs and Storage.</summary>
internal sealed class PageOptions
{
    public const string Section = "Links";

    /// <summary>The gateway's address as clients see it; signed links to media begin with it. Required.</summary>
    [Required, Url]
    public string PublicUrl { get; set; } = "";

    /// <summary>Cookies are sent over TLS alone where the system is reached that way.</summary>
    public bool IsSecure => PublicUrl.StartsWith("https://", StringComparison.OrdinalIgnoreCase);
}
