using System.Globalization;
using VideoGen.Ffmpeg.Formats;
using VideoGen.Ffmpeg.Probing;

namespace VideoGen.Ffmpeg.Pictures;

/// <summary>
/// Filters that make of any decoded picture what a screen shows of it: square pixels, whole frames instead of half ones, black
/// behind what is transparent, and one colour space, whatever the file was made in. HDR is brought down to what an ordinary screen
/// can show.
/// </summary>
public static class PictureFilters
{
    /// <summary>White in SDR, in the light of HDR (ITU-R BT.2408).</summary>
    const int WhiteNits = 203;

    /// <summary>The brightest light that keeps detail, in multiples of white: about a thousand nits.</summary>
    const int PeakWhites = 5;

    const string TagBt709 = "setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709";

    const string FromBt709 = "scale=in_color_matrix=bt709:in_range=tv:flags=accurate_rnd+full_chroma_int";

    /// <summary>From <see cref="ToRgb"/> to JPEG, whose readers take BT.601 in full range for granted.</summary>
    public const string RgbToJpeg = "scale=out_color_matrix=bt601:out_range=pc,format=yuvj420p";

    /// <summary>8 bit, 4:2:0, BT.709, and tagged so: what every player shows alike.</summary>
    /// <param name="size">Of the picture as shown; both even.</param>
    public static string ToBt709(PictureFacts picture, (int Width, int Height) size) =>
        $"{Standard(picture, size, "yuv420p")},{TagBt709},setsar=1";

    /// <summary>For PNG and the like.</summary>
    public static string ToRgb(PictureFacts picture, (int Width, int Height) size) =>
        $"{Standard(picture, size, "yuv444p")},{FromBt709},format=rgb24,setsar=1";

    public static string ToJpeg(PictureFacts picture, (int Width, int Height) size) => $"{ToRgb(picture, size)},{RgbToJpeg}";

    /// <summary>
    /// A still picture set upright, its colours made SDR; empty when it is both already. Begins with no comma and ends with none.
    /// </summary>
    public static string Still(PictureFacts picture)
    {
        var upright = Orientation.Filter(picture.Orientation);
        if (!picture.IsHdr) return upright;
        var size = (picture.CodedWidth, picture.CodedHeight);
        return upright.Length == 0 ? ToRgb(picture, size) : $"{ToRgb(picture, size)},{upright}";
    }

    static string Standard(PictureFacts picture, (int Width, int Height) size, string format)
    {
        var filters = new List<string>();
        if (picture.IsInterlaced) filters.Add("bwdif=mode=send_frame:deint=all");
        if (picture.HasAlpha) filters.Add("format=gbrap,premultiply=inplace=1,format=gbrp");
        var isRgb = picture.HasAlpha || picture.IsRgb;
        var scale = string.Create(CultureInfo.InvariantCulture,
            $"scale={size.Width}:{size.Height}:flags=bicubic+accurate_rnd+full_chroma_int");
        if (IsWide(picture))
        {
            filters.Add(scale);
            filters.Add(ToSdr(picture, isRgb));
        }
        else
        {
            var from = isRgb ? "" : $":in_color_matrix={ScaleMatrix(picture)}:in_range={picture.Range ?? ImpliedRange(picture)}";
            filters.Add($"{scale}{from}:out_color_matrix=bt709:out_range=tv");
        }
        filters.Add($"format={format}");
        return string.Join(',', filters);
    }

    /// <summary>More colours or more light than BT.709 has: needs a way through linear light.</summary>
    static bool IsWide(PictureFacts picture) => picture.IsHdr || picture.Primaries is "bt2020" or "smpte431" or "smpte432"
        || picture.Matrix is "bt2020c" or "ictcp";

    static string ToSdr(PictureFacts picture, bool isRgb)
    {
        var transfer = picture.Transfer ?? "bt709";
        var primaries = picture.Primaries ?? (picture.IsHdr ? "bt2020" : "bt709");
        var matrix = isRgb ? "gbr" : picture.Matrix ?? (picture.IsHdr ? "bt2020nc" : "bt709");
        var from = $"tin={transfer}:pin={primaries}:min={matrix}:rin={(isRgb ? "pc" : picture.Range ?? "tv")}";
        var map = picture.IsHdr ? string.Create(CultureInfo.InvariantCulture, $",tonemap=mobius:peak={PeakWhites}:desat=0") : "";
        var nits = (picture.IsHdr ? WhiteNits : 100).ToString(CultureInfo.InvariantCulture);
        return $"zscale={from}:t=linear:npl={nits},format=gbrpf32le,zscale=p=bt709{map},zscale=t=bt709:m=bt709:r=tv";
    }

    /// <summary>Who says nothing means, as players have it, BT.709 from HD on and BT.601 below.</summary>
    static string ScaleMatrix(PictureFacts picture) => picture.Matrix switch
    {
        "bt709" => "bt709",
        "fcc" => "fcc",
        "smpte240m" => "smpte240m",
        "bt2020nc" => "bt2020",
        "bt470bg" or "smpte170m" => "bt601",
        _ => picture.CodedWidth >= 1280 || picture.CodedHeight > 576 ? "bt709" : "bt601",
    };

    static string ImpliedRange(PictureFacts picture) => picture.PixelFormat?.StartsWith("yuvj", StringComparison.Ordinal) == true
        ? "pc" : "tv";
}
