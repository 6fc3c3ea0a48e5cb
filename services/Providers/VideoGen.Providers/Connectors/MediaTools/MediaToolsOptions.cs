using System.ComponentModel.DataAnnotations;

namespace VideoGen.Providers.Connectors.MediaTools;

/// <summary>How the media tools encode. Section <c>Connectors:MediaTools</c>.</summary>
internal sealed class MediaToolsOptions
{
    public const string Section = "Connectors:MediaTools";

    /// <summary>x264 preset. Default <c>veryfast</c>.</summary>
    [Required, RegularExpression("^(ultrafast|superfast|veryfast|faster|fast|medium)$")]
    public string Preset { get; set; } = "veryfast";
}
