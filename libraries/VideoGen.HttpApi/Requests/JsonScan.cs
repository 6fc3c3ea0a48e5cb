using System.Text.Json;

namespace VideoGen.HttpApi.Requests;

/// <summary>
/// Finds what JSON allows and PostgreSQL, most vendors and our own readers do not: the NUL character and halves of surrogate
/// pairs, which can only stand there as <c>\u</c> escapes, and members that are given twice.
/// </summary>
public static class JsonScan
{
    /// <param name="json">Well-formed JSON.</param>
    /// <returns>False when nobody should look members up: a name is no text, or there were too many faults to go on.</returns>
    public static bool Check(ReadOnlySpan<byte> json, Faults faults)
    {
        var hasReadableNames = true;
        var reader = new Utf8JsonReader(json);
        var path = new Stack<Level>();
        while (reader.Read())
        {
            if (faults.IsFull) return false;
            if (reader.TokenType is JsonTokenType.EndArray or JsonTokenType.EndObject)
            {
                path.Pop();
                continue;
            }
            if (reader.TokenType == JsonTokenType.PropertyName)
            {
                hasReadableNames &= EnterMember(path, reader, faults);
                continue;
            }
            if (path.TryPeek(out var level) && level.IsArray) level.Index++;
            if (reader.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject)
                path.Push(new Level { IsArray = reader.TokenType == JsonTokenType.StartArray });
            else if (reader.TokenType == JsonTokenType.String && FaultOf(reader.ValueSpan) is { } fault)
                faults.Add(Path(path), fault);
        }
        return hasReadableNames;
    }

    static bool EnterMember(Stack<Level> path, Utf8JsonReader reader, Faults faults)
    {
        var at = path.Peek();
        if (FaultOf(reader.ValueSpan) is { } inName)
        {
            at.Name = null;
            faults.Add(Path(path), $"has a property whose name {inName}");
            at.Name = "(unnamed)";
            return false;
        }
        at.Name = Faults.Shown(reader.GetString()!);
        if (!at.Names.Add(reader.GetString()!)) faults.Add(Path(path), "is given twice");
        return true;
    }

    /// <summary>What is wrong with the raw inside of a JSON string; null for nothing.</summary>
    static string? FaultOf(ReadOnlySpan<byte> raw)
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
        public HashSet<string> Names { get; } = new(StringComparer.Ordinal);
    }
}
