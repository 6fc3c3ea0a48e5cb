namespace VideoGen.Ffmpeg.Formats;

/// <summary>
/// Formats that people send and that can't be decoded here: their names, so that a refusal can say what came and what to send.
/// </summary>
internal static class ForeignFormat
{
    const string SendPicture = "Send it as JPEG, PNG or WebP.";
    const string SendVideo = "Send it as MP4, MOV, WebM or MKV.";
    const string SendSound = "Send it as MP3, WAV, M4A or FLAC.";

    static readonly string[] HeifBrands = ["heic", "heix", "hevc", "hevx", "heim", "heis", "mif1", "msf1", "mif2"];

    /// <summary>A sentence or two for the customer, or null for a format that is not known here either.</summary>
    public static string? Refusal(ReadOnlySpan<byte> start)
    {
        if (start.Length < 12) return null;
        var text = System.Text.Encoding.Latin1.GetString(start[..Math.Min(start.Length, 64)]);
        if (text[4..8] == "ftyp") return IsoRefusal(text[8..12]);
        if (text.StartsWith("%PDF", StringComparison.Ordinal)) return Say("a PDF document", "Send its pages as JPEG or PNG.");
        if (text.StartsWith("8BPS", StringComparison.Ordinal)) return Say("a Photoshop document", SendPicture);
        if (text.StartsWith("FORM", StringComparison.Ordinal) && text[8..11] == "AIF") return Say("an AIFF sound", SendSound);
        if (text.StartsWith("caff", StringComparison.Ordinal)) return Say("a CAF sound", SendSound);
        if (text.StartsWith("#!AMR", StringComparison.Ordinal)) return Say("an AMR recording", SendSound);
        if (text.StartsWith("\xFF\x0A", StringComparison.Ordinal) || text[4..8] == "JXL ") return Say("a JPEG XL picture", SendPicture);
        if (text[4..8] == "jP  ") return Say("a JPEG 2000 picture", SendPicture);
        if (text.StartsWith("\x06\x0E\x2B\x34", StringComparison.Ordinal)) return Say("an MXF video", SendVideo);
        if (text.StartsWith("\0\0\x01\xB3", StringComparison.Ordinal)) return Say("a bare MPEG stream without a container", SendVideo);
        var isXml = text.TrimStart('\xEF', '\xBB', '\xBF', ' ', '\r', '\n').StartsWith('<') && text.Contains("svg",
            StringComparison.OrdinalIgnoreCase);
        return isXml ? Say("an SVG drawing", SendPicture) : null;
    }

    static string? IsoRefusal(string brand) =>
        HeifBrands.Contains(brand, StringComparer.Ordinal) ? Say("a HEIC (HEIF) picture", SendPicture)
        : brand == "crx " ? Say("a raw photograph", SendPicture)
        : null;

    static string Say(string what, string instead) => $"The file is {what}, which can't be decoded here. {instead}";
}
