using System.Buffers.Text;
using System.Text;

namespace VideoGen.HttpApi.Paging;

/// <summary>
/// An opaque list position: parts joined by <c>|</c>, base64url-encoded. Callers must not look inside; a text that does
/// not decode to the expected number of parts is refused, never guessed at.
/// </summary>
public static class Cursor
{
    public static string Encode(params IEnumerable<string> parts) =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes(string.Join('|', parts)));

    /// <summary>The parts of a cursor, or null when the text is none of ours.</summary>
    public static string[]? TryDecode(string? text, int parts)
    {
        if (text is not { Length: > 0 and <= 512 } || !Base64Url.IsValid(text)) return null;
        var decoded = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text)).Split('|');
        return decoded.Length == parts ? decoded : null;
    }
}

/// <summary>One page of a list. <c>next_cursor</c> is null on the last page.</summary>
public sealed record Page<T>(IReadOnlyList<T> Data, string? NextCursor, bool HasMore);
