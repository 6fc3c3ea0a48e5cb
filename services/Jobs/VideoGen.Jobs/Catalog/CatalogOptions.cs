using System.ComponentModel.DataAnnotations;

namespace VideoGen.Jobs.Catalog;

/// <summary>Section <c>Jobs:Catalog</c>.</summary>
internal sealed class CatalogOptions
{
    public const string Section = "Jobs:Catalog";

    /// <summary>How often Providers is asked whether the catalogue has changed. Default 15 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan Refresh { get; set; } = TimeSpan.FromSeconds(15);
}
