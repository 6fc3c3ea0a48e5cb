using System.Buffers.Binary;

namespace VideoGen.Providers.Connectors.Simulator;

/// <summary>
/// Which characters a TrueType font has glyphs for, read from its <c>cmap</c> table (subtables of format 4 and 12). ffmpeg draws a
/// hollow box for every other character, so those are left out of captions.
/// </summary>
internal sealed class FontCoverage
{
    readonly List<(uint First, uint Last)> _ranges = [];

    FontCoverage(byte[] font)
    {
        var table = FindTable(font, "cmap"u8);
        var subtables = U16(font, table + 2);
        for (var at = 0; at < subtables; at++)
        {
            var subtable = table + (int)U32(font, table + 8 + (8 * at));
            switch (U16(font, subtable))
            {
                case 4:
                    ReadSegments(font, subtable);
                    break;
                case 12:
                    ReadGroups(font, subtable);
                    break;
            }
        }
    }

    /// <exception cref="InvalidDataException">The file is no TrueType font.</exception>
    public static FontCoverage Load(string file)
    {
        try
        {
            return new FontCoverage(File.ReadAllBytes(file));
        }
        catch (Exception fault) when (fault is ArgumentOutOfRangeException or IndexOutOfRangeException)
        {
            throw new InvalidDataException($"{file} is not a TrueType font that can be read", fault);
        }
    }

    public bool Has(int codePoint) => _ranges.Exists(range => codePoint >= range.First && codePoint <= range.Last);

    static int FindTable(byte[] font, ReadOnlySpan<byte> tag)
    {
        var tables = U16(font, 4);
        for (var at = 12; at < 12 + (16 * tables); at += 16)
            if (font.AsSpan(at, 4).SequenceEqual(tag)) return (int)U32(font, at + 8);
        throw new InvalidDataException("The font has no cmap table");
    }

    /// <summary>Format 4: segments of the basic plane. A character without a glyph is not written into a font's segments.</summary>
    void ReadSegments(byte[] font, int at)
    {
        var doubled = U16(font, at + 6);
        for (var segment = 0; segment < doubled; segment += 2)
        {
            var (last, first) = (U16(font, at + 14 + segment), U16(font, at + 16 + doubled + segment));
            if (first != 0xFFFF) _ranges.Add((first, last));
        }
    }

    /// <summary>Format 12: groups of the whole of Unicode.</summary>
    void ReadGroups(byte[] font, int at)
    {
        var groups = U32(font, at + 12);
        for (var group = 0; group < groups; group++)
            _ranges.Add((U32(font, at + 16 + (12 * group)), U32(font, at + 20 + (12 * group))));
    }

    static ushort U16(byte[] font, int at) => BinaryPrimitives.ReadUInt16BigEndian(font.AsSpan(at));

    static uint U32(byte[] font, int at) => BinaryPrimitives.ReadUInt32BigEndian(font.AsSpan(at));
}
