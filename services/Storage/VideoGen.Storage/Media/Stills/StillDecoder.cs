using NetVips;
using VideoGen.Ffmpeg.Formats;
using Vips = NetVips.NetVips;

namespace VideoGen.Storage.Media.Stills;

/// <summary>
/// libvips, as narrow as it goes: three decoders, called by name, for a file in memory. It neither looks for what a file might be nor
/// opens another. The least complaint of a decoder makes it fail.
/// </summary>
internal static class StillDecoder
{
    /// <summary>About what ffmpeg's <c>-q:v 4</c> gives.</summary>
    const int Quality = 85;

    /// <summary>
    /// For the whole process: pictures get a thread each, so libvips needs none of its own; nothing is asked twice, so it keeps nothing; and
    /// what its makers don't hold fit for hostile files is out of reach. Throws where the library is not to be had.
    /// </summary>
    public static void Start()
    {
        Vips.Concurrency = 1;
        Cache.Max = 0;
        Vips.BlockUntrusted = true;
    }

    /// <summary>Decodes every pixel and makes a JPEG of them. Throws <see cref="VipsException"/> where anything is wrong.</summary>
    /// <param name="header">What the file said; a picture that turns out otherwise is wrong.</param>
    /// <param name="size">Of the JPEG, before turning.</param>
    public static byte[] Thumbnail(
        byte[] file, MediaFormat format, StillHeader header, (int Width, int Height) size, int orientation, CancellationToken ct)
    {
        using var opened = Open(file, format);
        if (opened.Width != header.Width || opened.Height != header.Height || opened.Format != Enums.BandFormat.Uchar)
            throw new VipsException("the picture is not what its header says");
        opened.SetProgress(Nobody.Listens, ct);
        using var decoded = opened.CopyMemory();
        using var opaque = decoded.HasAlpha() ? decoded.ExtractBand(0, n: decoded.Bands - 1) : decoded.Copy();
        using var colours = opaque.Bands == 1 ? opaque.Colourspace(Enums.Interpretation.Srgb) : opaque.Copy();
        using var small = colours.ThumbnailImage(size.Width, height: size.Height, size: Enums.Size.Force, noRotate: true);
        using var upright = Turn(small, orientation);
        return upright.JpegsaveBuffer(q: Quality, keep: Enums.ForeignKeep.None);
    }

    static Image Open(byte[] file, MediaFormat format) => format.Demuxer switch
    {
        "png_pipe" => Image.PngloadBuffer(file, access: Enums.Access.Sequential, failOn: Enums.FailOn.Warning),
        "jpeg_pipe" => Image.JpegloadBuffer(file, access: Enums.Access.Sequential, failOn: Enums.FailOn.Warning),
        "webp_pipe" => Image.WebploadBuffer(file, access: Enums.Access.Sequential, failOn: Enums.FailOn.Warning),
        _ => throw new ArgumentException($"{format.MediaType} is not decoded here", nameof(format)),
    };

    /// <summary>EXIF's eight ways to hold a camera.</summary>
    static Image Turn(Image picture, int orientation)
    {
        var isMirrored = orientation is 2 or 4 or 5 or 7;
        using var mirrored = isMirrored ? picture.Flip(Enums.Direction.Horizontal) : picture.Copy();
        return orientation switch
        {
            3 or 4 => mirrored.Rot(Enums.Angle.D180),
            6 or 7 => mirrored.Rot(Enums.Angle.D90),
            5 or 8 => mirrored.Rot(Enums.Angle.D270),
            _ => mirrored.Copy(),
        };
    }

    /// <summary>libvips looks at the token only where somebody wants to know how far it is.</summary>
    sealed class Nobody : IProgress<int>
    {
        public static readonly Nobody Listens = new();

        public void Report(int value)
        {
        }
    }
}
