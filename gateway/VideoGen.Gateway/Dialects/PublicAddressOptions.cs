using System.ComponentModel.DataAnnotations;

namespace VideoGen.Gateway.Dialects;

/// <summary>Section <c>Links</c>: the same value as for Jobs, Storage and Web.</summary>
internal sealed class PublicAddressOptions
{
    public const string Section = "Links";

    /// <summary>The gateway's own address as clients see it; a dialect's port or host leads there for pages. Default none: paths alone.</summary>
    [Url]
    public string? PublicUrl { get; set; }
}
