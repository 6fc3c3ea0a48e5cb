using System.Buffers.Binary;

namespace VideoGen.Testing;

/// <summary>Writes EXIF's orientation into pictures, as cameras and phones do.</summary>
public static class ExifSamples
{
    /// <summary>The filters of ffmpeg that lay an upright picture the way a camera held so stores it, by orientation 1 to 8.</summary>
    public static string StoredBy(int orientation) => orientation switch
    {
        2 => "hflip",
        3 => "hflip,vflip",
        4 => "vflip",
        5 => "transpose=cclock_flip",
        6 => "transpose=cclock",
        7 => "transpose=clock_flip",
        8 => "transpose=clock",
        _ => "null",
    };

    /// <summary>The picture with that orientation noted in it.</summary>
    /// <param name="extension"><c>.jpg</c>, <c>.png</c> or <c>.webp</c>.</param>
    public static byte[] Mark(byte[] picture, string extension, int orientation, bool littleEndian = true)
    {
        var tiff = Tiff(orientation, littleEndian);
        return extension switch
        {
            ".jpg" => Jpeg(picture, [.. "Exif\0\0"u8, .. tiff]),
            ".png" => Png(picture, tiff),
            ".webp" => Webp(picture, tiff),
            _ => throw new ArgumentException($"no EXIF in {extension}", nameof(extension)),
        };
    }

    static byte[] Tiff(int orientation, bool littleEndian)
    {
        byte[] big = [.. "MM\0*"u8, 0, 0, 0, 8, 0, 2, 0x01, 0x0F, 0, 2, 0, 0, 0, 2, (byte)'X', 0, 0, 0, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0,
            (byte)orientation, 0, 0, 0, 0, 0, 0];
        byte[] little = [.. "II*\0"u8, 8, 0, 0, 0, 2, 0, 0x0F, 0x01, 2, 0, 2, 0, 0, 0, (byte)'X', 0, 0, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0,
            (byte)orientation, 0, 0, 0, 0, 0, 0, 0];
        return littleEndian ? little : big;
    }

    /// <summary>Behind the start and the JFIF segment, which must come first.</summary>
    static byte[] Jpeg(byte[] picture, byte[] exif)
    {
        var at = picture[3] == 0xE0 ? 4 + BinaryPrimitives.ReadUInt16BigEndian(picture.AsSpan(4)) : 2;
        var length = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)(exif.Length + 2));
        return [.. picture[..at], 0xFF, 0xE1, .. length, .. exif, .. picture[at..]];
    }

    static byte[] Png(byte[] picture, byte[] exif)
    {
        const int afterHeader = 8 + 25;
        byte[] body = [.. "eXIf"u8, .. exif];
        var (length, checksum) = (new byte[4], new byte[4]);
        BinaryPrimitives.WriteInt32BigEndian(length, exif.Length);
        BinaryPrimitives.WriteUInt32BigEndian(checksum, Crc32(body));
        return [.. picture[..afterHeader], .. length, .. body, .. checksum, .. picture[afterHeader..]];
    }

    /// <summary>In the extended format: a chunk that announces EXIF, the picture, the EXIF.</summary>
    static byte[] Webp(byte[] picture, byte[] exif)
    {
        var (width, height) = (BinaryPrimitives.ReadUInt16LittleEndian(picture.AsSpan(26)) & 0x3FFF,
            BinaryPrimitives.ReadUInt16LittleEndian(picture.AsSpan(28)) & 0x3FFF);
        byte[] extended = [.. "VP8X"u8, 10, 0, 0, 0, 8, 0, 0, 0, .. Three(width - 1), .. Three(height - 1)];
        var (length, size) = (new byte[4], new byte[4]);
        BinaryPrimitives.WriteInt32LittleEndian(length, exif.Length);
        byte[] chunks = [.. "WEBP"u8, .. extended, .. picture[12..], .. "EXIF"u8, .. length, .. exif];
        BinaryPrimitives.WriteInt32LittleEndian(size, chunks.Length);
        return [.. "RIFF"u8, .. size, .. chunks];
    }

    static byte[] Three(int value) => [(byte)value, (byte)(value >> 8), (byte)(value >> 16)];

    static uint Crc32(byte[] bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0xEDB88320;
        }
        return ~crc;
    }
}
