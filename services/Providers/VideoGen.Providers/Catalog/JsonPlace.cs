using System.Globalization;
using System.Text.Json;

namespace VideoGen.Providers.Catalog;

/// <summary>One thing that is wrong in a file of the catalogue.</summary>
/// <param name="File">The file's name.</param>
/// <param name="Path">JSON path of the place, for example <c>$.price.credits</c>.</param>
internal sealed record CatalogFault(string File, string Path, string Message)
{
    public override string ToString() => $"{File}: {Path}: {Message}";
}

/// <summary>
/// A value in a JSON file together with its place. Every read writes down what is wrong and goes on with a stand-in, so
/// that one pass over a broken file names all of its faults.
/// </summary>
internal readonly record struct JsonPlace(JsonElement? Value, string File, string Path, List<CatalogFault> Faults)
{
    public bool IsPresent => Value is { ValueKind: not JsonValueKind.Null };

    public bool IsObject => Value is { ValueKind: JsonValueKind.Object };

    public void Fault(string message) => Faults.Add(new CatalogFault(File, Path, message));

    public JsonPlace this[string name] =>
        this with { Value = IsObject && Value!.Value.TryGetProperty(name, out var child) ? child : null, Path = Child(name) };

    /// <summary>True for an object; else the fault is written down.</summary>
    public bool MustBeObject()
    {
        if (!IsObject) Fault("must be an object");
        return IsObject;
    }

    /// <summary>The members, each with its place; none when the value is no object.</summary>
    public IEnumerable<(string Name, JsonPlace Place)> Members()
    {
        if (!IsObject) yield break;
        foreach (var member in Value!.Value.EnumerateObject())
            yield return (member.Name, this with { Value = member.Value, Path = Child(member.Name) });
    }

    /// <summary>The items of an array, each with its place.</summary>
    public IEnumerable<JsonPlace> Items()
    {
        if (!IsPresent) yield break;
        if (Value!.Value.ValueKind != JsonValueKind.Array)
        {
            Fault("must be an array");
            yield break;
        }

        var index = 0;
        foreach (var item in Value.Value.EnumerateArray())
            yield return this with { Value = item, Path = $"{Path}[{index++}]" };
    }

    /// <summary>Names every member that is not in the list.</summary>
    public void OnlyMembers(params ReadOnlySpan<string> allowed)
    {
        foreach (var (name, place) in Members())
        {
            if (!allowed.Contains(name)) place.Fault("is not a known property here");
        }
    }

    public string Text(bool required = true)
    {
        if (Value is { ValueKind: JsonValueKind.String } text && text.GetString() is { Length: > 0 } found) return found;
        if (required || IsPresent) Fault(IsPresent ? "must be a text that is not empty" : "is missing");
        return "";
    }

    /// <summary>A day such as <c>2027-01-31</c>; null, with a fault, when it is no day.</summary>
    public DateOnly? Day(bool required = true)
    {
        if (Value is { ValueKind: JsonValueKind.String } text
            && DateOnly.TryParseExact(text.GetString(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)) return day;
        if (required || IsPresent) Fault(IsPresent ? "must be a day such as 2027-01-31" : "is missing");
        return null;
    }

    public long Whole(long minimum, long maximum, long absent, bool required = true)
    {
        if (Value is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var found) && found >= minimum && found <= maximum)
            return found;
        if (required || IsPresent) Fault(IsPresent ? $"must be a whole number from {minimum} to {maximum}" : "is missing");
        return absent;
    }

    public double Positive(double absent)
    {
        if (!IsPresent) return absent;
        if (Value is { ValueKind: JsonValueKind.Number } number && number.GetDouble() is var found && found > 0) return found;
        Fault("must be a number above 0");
        return absent;
    }

    public bool Flag()
    {
        if (Value is { ValueKind: JsonValueKind.True or JsonValueKind.False } flag) return flag.GetBoolean();
        Fault(IsPresent ? "must be true or false" : "is missing");
        return false;
    }

    /// <summary>An object of texts by name.</summary>
    public IReadOnlyDictionary<string, string> Texts()
    {
        if (IsPresent) MustBeObject();
        return Members().ToDictionary(member => member.Name, member => member.Place.Text(), StringComparer.Ordinal);
    }

    string Child(string name) =>
        name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_')
            ? $"{Path}.{name}" : $"{Path}['{name}']";
}
