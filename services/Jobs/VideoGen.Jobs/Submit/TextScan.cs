using System.Text.Json;

namespace VideoGen.Jobs.Submit;

/// <summary>
/// Finds text that JSON allows and PostgreSQL, and most vendors, do not: the NUL character, and halves of surrogate pairs.
/// Both can only stand in JSON as <c>\u</c> escapes.
/// </summary>
internal static class TextScan
{
    /// <param name="json">Well-formed JSON.</param>
    public static void Check(ReadOnlySpan<byte> json, Faults faults)
    {
        if (json.IndexOf("\\u"u8) < 0) return;
        var reader = new Utf8JsonReader(json);
        var path = new Stack<Level>();
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.EndArray or JsonTokenType.EndObject)
            {
                path.Pop();
                continue;
            }
            if (reader.TokenType == JsonTokenType.PropertyName)
            {
                if (FaultOf(reader.ValueSpan) is { } inName)
                {
                    faults.Add(Path(path), $"has a property whose name {inName}");
                    path.Peek().Name = "(unnamed)";
                }
                else path.Peek().Name = reader.GetString()!;
                continue;
            }
            if (path.TryPeek(out var level) && level.IsArray) level.Index++;
            if (reader.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject)
                path.Push(new Level { IsArray = reader.TokenType == JsonTokenType.StartArray });
            else if (reader.TokenType == JsonTokenType.String && FaultOf(reader.ValueSpan) is { } fault)
                faults.Add(Path(path), fault);
        }
    }

    /// <summary>What is wrong with the raw inside of a JSON string; null for nothing.</summary>
    internal static string? FaultOf(ReadOnlySpan<byte> raw)
    {
        var high = false;
        for (var i = 0; i < raw.Length; i++)
        {
            var unit = -1;
            if (raw[i] == '\\')
            {
                if (raw[i + 1] == 'u')
                {
                    unit = Convert.ToInt32(System.Text.Encoding.ASCII.GetString(raw.Slice(i + 2, 4)), 16);
                    i += 5;
                }
                else i++;
            }
            if (unit == 0) return "must not contain the NUL character";
            if (high != char.IsLowSurrogate((char)Math.Max(unit, 0))) return "must not contain half of a surrogate pair";
            high = unit >= 0 && char.IsHighSurrogate((char)unit);
        }
        return high ? "must not contain half of a surrogate pair" : null;
    }

    static string Path(Stack<Level> path)
    {
        var text = string.Concat(path.Reverse().Select(level => level.IsArray ? $"[{level.Index}]" : level.Name is { } name ? "." + name : ""));
        return text.Length == 0 ? "body" : text.TrimStart('.');
    }

    sealed class Level
    {
        public bool IsArray { get; init; }
        public int Index { get; set; } = -1;
        public string? Name { get; set; }
    }
}
