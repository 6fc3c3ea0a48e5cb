using VideoGen.Ffmpeg.Pictures;
using VideoGen.Ffmpeg.Probing;
using VideoGen.Storage.Objects;

namespace VideoGen.Storage.Media;

/// <summary>
/// The small pictures of one file: a thumbnail of at most 640 pixels a side for videos and images, and for videos a moving preview of
/// 3 seconds, 320 pixels wide. They are made while the file is decoded for its check. A file that gives none (a picture that can't be
/// scaled, say) is an asset all the same. Disposing removes those that were not kept.
/// </summary>
internal sealed class Renditions(WorkFolder work) : IDisposable
{
    const int ThumbnailSide = 640;
    const int PreviewWidth = 320;
    const double ThumbnailSeconds = 5;
    const double PreviewSeconds = 3;
    const string Palette = "split[x][y];[x]palettegen=max_colors=96[p];[y][p]paletteuse=dither=bayer:bayer_scale=4";

    static readonly string[] OnePicture = ["-frames:v", "1", "-update", "1", "-q:v", "4"];

    /// <summary>A JPEG; null for a sound.</summary>
    public WorkFile? Thumbnail { get; private set; }

    /// <summary>An animated GIF; null for what does not move.</summary>
    public WorkFile? Preview { get; private set; }

    /// <summary>What is to be made of a file with these facts.</summary>
    public IReadOnlyList<SideOutput> Of(MediaFacts facts)
    {
        if (facts.Kind == "audio") return [];
        Thumbnail = work.New(".jpg");
        if (facts.Kind == "image") return [new SideOutput(StillThumbnail(facts), OnePicture, Thumbnail.Path)];
        Preview = work.New(".gif");
        return
        [
            // The most typical of the first frames, for the very first is often black; made small first, for fifty of them are held.
            new SideOutput($"{PictureFilters.ToRgb(facts.Picture!, ThumbnailSize(facts))},thumbnail=50,{PictureFilters.RgbToJpeg}",
                OnePicture, Thumbnail.Path, Late(facts) + ThumbnailSeconds),
            new SideOutput($"fps=10,{PictureFilters.ToRgb(facts.Picture!, PreviewSize(facts))},{Palette}", ["-loop", "0"], Preview.Path,
                Late(facts) + PreviewSeconds),
        ];
    }

    /// <summary>Takes the pictures that were made, from here on the caller's, and leaves what was not.</summary>
    public (WorkFile? Thumbnail, WorkFile? Preview) Take()
    {
        var taken = (Made(Thumbnail), Made(Preview));
        Thumbnail = Preview = null;
        return taken;
    }

    public void Dispose()
    {
        Thumbnail?.Dispose();
        Preview?.Dispose();
    }

    static WorkFile? Made(WorkFile? file) => file is not null && SideOutput.IsMade(file.Path) ? file : null;

    static string StillThumbnail(MediaFacts facts)
    {
        var (width, height) = ThumbnailSize(facts);
        var upright = PictureFilters.Still(facts.Picture!);
        return FormattableString.Invariant($"{upright}{(upright.Length > 0 ? "," : "")}scale={width}:{height}");
    }

    /// <summary>How many seconds of the file pass before it shows something: a sound may come long before the picture.</summary>
    static double Late(MediaFacts facts) =>
        facts.Timeline is { Pictures: [var first, ..], ClockStart: var start } ? Math.Max(0, first - start) : 0;

    static (int Width, int Height) PreviewSize(MediaFacts facts) =>
        (PreviewWidth, Math.Max(2, (int)Math.Round((double)PreviewWidth * facts.Height!.Value / facts.Width!.Value / 2) * 2));

    /// <summary>Of the picture as shown.</summary>
    public static (int Width, int Height) ThumbnailSize(MediaFacts facts)
    {
        var scale = Math.Min(1, (double)ThumbnailSide / Math.Max(facts.Width!.Value, facts.Height!.Value));
        return (Whole(facts.Width.Value * scale), Whole(facts.Height.Value * scale));
    }

    static int Whole(double pixels) => Math.Max(1, (int)Math.Round(pixels));
}
