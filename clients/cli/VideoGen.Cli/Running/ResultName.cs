using System.Text;
using VideoGen.Cli.Terminals;

namespace VideoGen.Cli.Running;

/// <summary>
/// What a downloaded file is called. Every part of it may come from a server that means no good, so it is a plain name: in the
/// folder that the person named and in no other, not hidden, no device, not longer than file systems take.
/// </summary>
internal static class ResultName
{
    const int LongestBytes = 120;

    /// <summary>Of a job's file: model, the end of the job's id, its number where there are several.</summary>
    public static string Of(string model, string jobId, int index, int count, string mediaType)
    {
        var end = jobId.Replace("-", "", StringComparison.Ordinal);
        var number = count > 1 ? $"-{index + 1}" : "";
        return Safe($"{model}-{end[^Math.Min(8, end.Length)..]}{number}", "file") + ExtensionOf(mediaType);
    }

    /// <param name="otherwise">When nothing usable is left.</param>
    public static string Safe(string name, string otherwise)
    {
        var safe = new StringBuilder();
        foreach (var rune in SafeText.Line(name).EnumerateRunes())
        {
            var isPlain = Rune.IsLetterOrDigit(rune) || rune.Value is '-' or '_' or '.';
            safe.Append(isPlain ? rune.ToString() : "_");
            if (Encoding.UTF8.GetByteCount(safe.ToString()) > LongestBytes)
            {
                safe.Length -= rune.Utf16SequenceLength;
                break;
            }
        }
        var plain = safe.ToString().TrimStart('.', '_', '-').TrimEnd('.', '_');
        if (plain.Length == 0) return otherwise;
        return IsDevice(plain) ? $"{otherwise}-{plain}" : plain;
    }

    static string ExtensionOf(string mediaType) => mediaType.Split(';')[0].Trim().ToLowerInvariant() switch
    {
        "video/mp4" => ".mp4",
        "video/webm" => ".webm",
        "video/quicktime" => ".mov",
        "video/x-matroska" => ".mkv",
        "image/png" => ".png",
        "image/jpeg" => ".jpg",
        "image/webp" => ".webp",
        "image/gif" => ".gif",
        "image/avif" => ".avif",
        "image/svg+xml" => ".svg",
        "audio/mpeg" => ".mp3",
        "audio/wav" or "audio/x-wav" => ".wav",
        "audio/mp4" => ".m4a",
        "audio/aac" => ".aac",
        "audio/flac" => ".flac",
        "audio/ogg" => ".ogg",
        "text/plain" => ".txt",
        "application/json" => ".json",
        _ => ".bin",
    };

    /// <summary>Names that Windows gives to devices, with any extension.</summary>
    static bool IsDevice(string name)
    {
        var stem = name.Split('.')[0].ToUpperInvariant();
        return stem is "CON" or "PRN" or "AUX" or "NUL" || (stem.Length == 4 && stem[..3] is "COM" or "LPT" && char.IsDigit(stem[3]));
    }
}
