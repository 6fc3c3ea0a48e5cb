using System.Text;
using System.Text.Unicode;

namespace VideoGen.HttpApi.Requests;

/// <summary>
/// A query string taken apart as it came. The framework's own reading leaves escapes that are no UTF-8 as they are, so they could
/// not be told from text.
/// </summary>
public static class QueryText
{
    /// <param name="query">Without its question mark.</param>
    /// <returns>Name and value in their order; a name or value that is not UTF-8 is null.</returns>
    public static IEnumerable<(string? Name, string? Value)> PairsOf(string query)
    {
        foreach (var pair in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            yield return equals < 0 ? (Decode(pair), "") : (Decode(pair[..equals]), Decode(pair[(equals + 1)..]));
        }
    }

    static string? Decode(string text)
    {
        var bytes = new List<byte>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '%' && i + 2 < text.Length && char.IsAsciiHexDigit(text[i + 1]) && char.IsAsciiHexDigit(text[i + 2]))
            {
                bytes.Add(Convert.ToByte(text.Substring(i + 1, 2), 16));
                i += 2;
            }
            else if (char.IsAscii(text[i])) bytes.Add((byte)(text[i] == '+' ? ' ' : text[i]));
            else
            {
                var length = i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]) ? 2 : 1;
                bytes.AddRange(Encoding.UTF8.GetBytes(text.Substring(i, length)));
                i += length - 1;
            }
        }
        var decoded = bytes.ToArray();
        return Utf8.IsValid(decoded) ? Encoding.UTF8.GetString(decoded) : null;
    }
}
