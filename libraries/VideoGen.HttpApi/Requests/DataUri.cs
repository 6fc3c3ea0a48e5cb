using System.Buffers;
using System.Buffers.Text;
using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace VideoGen.HttpApi.Requests;

/// <summary>
/// A file inside a text, <c>data:image/png;base64,…</c> (RFC 2397), read strictly: it names a type of image, video or audio and
/// is base64 with its padding; nothing is skipped or guessed.
/// </summary>
public static partial class DataUri
{
    /// <summary>What is said of a text that is no such URI.</summary>
    public const string Rule = "must be a base64 data URI of an image, video or audio file, such as data:image/png;base64,iVBORw0KGgo=";

    /// <summary>The part before the content is no longer than this.</summary>
    public const int MaxHeadLength = 256;

    const string Scheme = "data:";
    const int BlockLength = 64 * 1024;

    static readonly SearchValues<byte> Alphabet =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="u8);

    /// <summary>Other names of a type, as programs write them, to the one by which we know it.</summary>
    static readonly FrozenDictionary<string, string> Names = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["image/jpg"] = "image/jpeg", ["image/pjpeg"] = "image/jpeg", ["image/x-png"] = "image/png", ["image/x-ms-bmp"] = "image/bmp",
        ["image/x-bmp"] = "image/bmp", ["image/tif"] = "image/tiff", ["image/x-tiff"] = "image/tiff",
        ["audio/mp3"] = "audio/mpeg", ["audio/x-mp3"] = "audio/mpeg", ["audio/x-mpeg"] = "audio/mpeg", ["audio/wave"] = "audio/wav",
        ["audio/x-wav"] = "audio/wav", ["audio/vnd.wave"] = "audio/wav", ["audio/m4a"] = "audio/mp4", ["audio/x-m4a"] = "audio/mp4",
        ["audio/x-aac"] = "audio/aac", ["audio/aacp"] = "audio/aac", ["audio/x-flac"] = "audio/flac", ["audio/opus"] = "audio/ogg",
        ["audio/vorbis"] = "audio/ogg", ["audio/x-ogg"] = "audio/ogg",
        ["video/x-m4v"] = "video/mp4", ["video/m4v"] = "video/mp4", ["video/mov"] = "video/quicktime",
            ["video/matroska"] = "video/x-matroska",
        ["video/mkv"] = "video/x-matroska", ["video/avi"] = "video/x-msvideo", ["video/msvideo"] = "video/x-msvideo",
        ["video/mpg"] = "video/mpeg", ["video/x-mpeg"] = "video/mpeg", ["video/flv"] = "video/x-flv", ["video/wmv"] = "video/x-ms-wmv",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>True for a text that means to be one.</summary>
    public static bool Is(string text) => text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// The media type that it names, in lower case, and where its content begins; null when it does not begin as it must.
    /// </summary>
    /// <param name="text">The whole text, or its first <see cref="MaxHeadLength"/> characters.</param>
    public static (string MediaType, int ContentStart)? ReadHead(string text)
    {
        var head = Head().Match(text[..Math.Min(text.Length, MaxHeadLength)]);
        return head.Success ? (head.Groups[1].Value.ToLowerInvariant(), head.Length) : null;
    }

    /// <summary>
    /// Whether a file of the second type may be sent under the first. Files that hold sound, or sound and pictures, go by both names.
    /// </summary>
    public static bool IsNameOf(string declared, string actual)
    {
        var (one, other) = (Names.GetValueOrDefault(declared, declared), Names.GetValueOrDefault(actual, actual));
        return one == other || (IsTimed(one) && IsTimed(other) && one[6..] == other[6..]);
    }

    public static bool IsBase64(ReadOnlySpan<byte> text) => !text.ContainsAnyExcept(Alphabet);

    /// <summary>Decodes base64 from where the stream stands to its end.</summary>
    /// <param name="text">Can tell its length.</param>
    /// <returns>False when it is not base64 in every character, in one canonical form; what was written then is of no use.</returns>
    public static async Task<bool> TryDecodeAsync(Stream text, Stream target, CancellationToken ct)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BlockLength);
        try
        {
            while (true)
            {
                var count = await text.ReadAtLeastAsync(buffer.AsMemory(0, BlockLength), BlockLength, throwOnEndOfStream: false, ct);
                var isLast = text.Position == text.Length;
                if (!TryDecode(buffer.AsSpan(0, count), isLast, out var written)) return false;
                await target.WriteAsync(buffer.AsMemory(0, written), ct);
                if (isLast) return true;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Decodes a block in its place.</summary>
    static bool TryDecode(Span<byte> block, bool isLast, out int written)
    {
        written = 0;
        if (block.Length % 4 != 0 || !IsBase64(block) || (!isLast && block.Contains((byte)'='))) return false;
        Span<byte> end = stackalloc byte[4];
        if (block.Length > 0) block[^4..].CopyTo(end);
        if (Base64.DecodeFromUtf8InPlace(block, out written) != OperationStatus.Done) return false;
        if (block.Length == 0) return true;
        // Bits that no byte takes must be zero: two texts never stand for the same file.
        var tail = end.Count((byte)'=') switch { 0 => 3, 1 => 2, _ => 1 };
        Span<byte> again = stackalloc byte[4];
        Base64.EncodeToUtf8(block[(written - tail)..written], again, out _, out _);
        return again.SequenceEqual(end);
    }

    static bool IsTimed(string type) =>
        type.StartsWith("audio/", StringComparison.Ordinal) || type.StartsWith("video/", StringComparison.Ordinal);

    // Browsers write the codecs of a recording with commas and without quotes.
    [GeneratedRegex("""\Adata:((?:image|video|audio)/[a-z0-9][a-z0-9.+-]{0,63})(?:;[a-z0-9.+-]{1,32}=[a-z0-9.+, -]{0,64}){0,4};base64,""",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Head();
}
