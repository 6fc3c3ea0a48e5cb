using System.Buffers.Binary;
using System.IO.Hashing;
using NetVips;

namespace VideoGen.Storage.Tests.Media.Stills;

/// <summary>Pictures of every sort that is decoded in process, made without a process.</summary>
internal static class StillSamples
{
    /// <summary>The file of that name: <c>sort.extension</c>, with EXIF's orientation behind an <c>@</c>.</summary>
    public static byte[] Make(string name, int width, int height)
    {
        var orientation = name.Contains('@', StringComparison.Ordinal) ? name[name.IndexOf('@', StringComparison.Ordinal) + 1] - '0' : 1;
        using var colours = Colours(width, height);
        using var turned = colours.Mutate(picture => picture.Set(GValue.GIntType, "orientation", orientation));
        return name.Split('@', '.')[0] switch
        {
            "rgb" when name.EndsWith("png", StringComparison.Ordinal) => turned.PngsaveBuffer(),
            "interlaced" => turned.PngsaveBuffer(interlace: true),
            "rgba" when name.EndsWith("png", StringComparison.Ordinal) => WithAlpha(turned).PngsaveBuffer(),
            "grey" when name.EndsWith("png", StringComparison.Ordinal) => turned.ExtractBand(1).PngsaveBuffer(),
            "palette" => turned.PngsaveBuffer(palette: true),
            "baseline" => turned.JpegsaveBuffer(q: 90),
            "full" => turned.JpegsaveBuffer(q: 90, subsampleMode: Enums.ForeignSubsample.Off),
            "progressive" => turned.JpegsaveBuffer(q: 90, interlace: true),
            "grey" => turned.Colourspace(Enums.Interpretation.Bw).JpegsaveBuffer(q: 90),
            "lossy" => turned.WebpsaveBuffer(q: 90),
            "lossless" => turned.WebpsaveBuffer(lossless: true),
            "alpha" => WithAlpha(turned).WebpsaveBuffer(q: 90),
            var other => throw new ArgumentException(other, nameof(name)),
        };
    }

    /// <summary>A PNG of that many pixels in its header, with a checksum that is right, and next to none in the file.</summary>
    public static byte[] PngBomb(uint width, uint height)
    {
        var png = Make("rgb.png", 8, 8);
        BinaryPrimitives.WriteUInt32BigEndian(png.AsSpan(16), width);
        BinaryPrimitives.WriteUInt32BigEndian(png.AsSpan(20), height);
        BinaryPrimitives.WriteUInt32BigEndian(png.AsSpan(29), Crc32.HashToUInt32(png.AsSpan(12, 17)));
        return png;
    }

    /// <summary>The PNG with a chunk of that type behind its header.</summary>
    public static byte[] WithChunk(byte[] png, ReadOnlySpan<byte> type, params ReadOnlySpan<byte> content)
    {
        const int header = 33;
        var (length, checksum) = (new byte[4], new byte[4]);
        BinaryPrimitives.WriteInt32BigEndian(length, content.Length);
        BinaryPrimitives.WriteUInt32BigEndian(checksum, Crc32.HashToUInt32([.. type, .. content]));
        return [.. png[..header], .. length, .. type, .. content, .. checksum, .. png[header..]];
    }

    /// <summary>The JPEG with empty comments behind its first marker.</summary>
    public static byte[] WithComments(byte[] jpeg, int count) =>
        [.. jpeg[..2], .. Enumerable.Repeat((byte[])[0xFF, 0xFE, 0x00, 0x03, 0x20], count).SelectMany(one => one), .. jpeg[2..]];

    static Image WithAlpha(Image picture) => picture.Bandjoin(picture.ExtractBand(0));

    /// <summary>Smooth in all channels, differently, and no side like another.</summary>
    static Image Colours(int width, int height)
    {
        using var places = Image.Xyz(width, height);
        using var across = places.ExtractBand(0) * (255.0 / width);
        using var down = places.ExtractBand(1) * (255.0 / height);
        return across.Bandjoin(down, (across + down) / 2).Cast(Enums.BandFormat.Uchar).Copy(interpretation: Enums.Interpretation.Srgb);
    }
}
