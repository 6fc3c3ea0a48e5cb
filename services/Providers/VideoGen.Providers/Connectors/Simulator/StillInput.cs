using VideoGen.Ffmpeg;
using VideoGen.Ffmpeg.Pictures;
using VideoGen.Ffmpeg.Probing;

namespace VideoGen.Providers.Connectors.Simulator;

/// <summary>A picture that the simulator draws on.</summary>
internal sealed record StillInput(string Path, MediaFacts Facts)
{
    /// <summary>ffmpeg turns JPEGs alone by their EXIF; <see cref="Upright"/> turns all that have one.</summary>
    public IReadOnlyList<string> Arguments => ["-noautorotate", .. FfmpegInput.Untrusted(Path, Facts.Format)];

    /// <summary>The beginning of a chain of filters: empty, or ending with a comma.</summary>
    public string Upright => PictureFilters.Still(Facts.Picture!) is { Length: > 0 } filter ? filter + "," : "";
}
