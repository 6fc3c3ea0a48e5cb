using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Json;

namespace VideoGen.Accounts.Requests;

/// <summary>
/// A JSON object sent by a client, read field by field. Unlike a bound record it reports every fault at once, wrong types,
/// doubled and unknown fields included, each under the field's name.
/// </summary>
internal sealed class BodyFields
{
    /// <summary>Enough for every body of this service several times over, and for a field of a megabyte to be named in the refusal.</summary>
    public const int MaxBytes = 4 * 1024 * 1024;

    readonly Dictionary<string, JsonElement> _fields = new(StringComparer.Ordinal);
    readonly HashSet<string> _known = new(StringComparer.Ordinal);

    BodyFields(JsonElement body)
    {
        foreach (var field in body.EnumerateObject())
        {
            if (!_fields.TryAdd(field.Name, field.Value)) Faults.Add(Shown(field.Name), "is given twice.");
        }
    }

    public Faults Faults { get; } = new();

    public static async ValueTask<BodyFields?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        if (!context.Request.HasJsonContentType()) throw new BadHttpRequestException("The body must be application/json.", StatusCodes.Status415UnsupportedMediaType);
        if (context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = MaxBytes;
        try
        {
            using var document = await JsonDocument.ParseAsync(context.Request.Body, new JsonDocumentOptions { MaxDepth = 8 }, context.RequestAborted);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? new BodyFields(document.RootElement.Clone())
                : throw new BadHttpRequestException("The body must be a JSON object.");
        }
        catch (JsonException fault)
        {
            throw new BadHttpRequestException("The body is not valid JSON.", fault);
        }
        catch (InvalidOperationException fault)
        {
            throw new BadHttpRequestException("The body holds a field name that is not valid Unicode text.", fault);
        }
    }

    /// <summary>Text of <paramref name="min"/> to <paramref name="max"/> characters without control characters; null when absent or at fault.</summary>
    /// <param name="check">A further check; answers what is wrong, or null.</param>
    public string? Text(string name, int min, int max, bool required = true, bool trim = true, Func<string, string?>? check = null)
    {
        if (!TryTake(name, required, JsonValueKind.String, "must be text.", out var value)) return null;
        if (!TryRead(value, out var text))
        {
            Faults.Add(name, "is not valid Unicode text.");
            return null;
        }
        if (trim) text = text.Trim();
        var fault = TextRules.Fault(text, min, max) ?? check?.Invoke(text);
        if (fault is null) return text;
        Faults.Add(name, fault);
        return null;
    }

    /// <summary>A whole number from <paramref name="min"/> to <paramref name="max"/>.</summary>
    public long? Number(string name, long min, long max)
    {
        var rule = string.Create(CultureInfo.InvariantCulture, $"must be a whole number from {min} to {max}.");
        if (!TryTake(name, required: true, JsonValueKind.Number, rule, out var value)) return null;
        if (value.TryGetInt64(out var number) && number >= min && number <= max) return number;
        Faults.Add(name, rule);
        return null;
    }

    public bool? Flag(string name)
    {
        _known.Add(name);
        if (!_fields.TryGetValue(name, out var value) || value.ValueKind == JsonValueKind.Null) return null;
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False) return value.GetBoolean();
        Faults.Add(name, "must be true or false.");
        return null;
    }

    /// <summary>A point in time with its offset (RFC 3339), in the future by <paramref name="now"/> and at most <paramref name="years"/> ahead.</summary>
    public DateTimeOffset? FutureTime(string name, DateTimeOffset now, int years)
    {
        const string Rule = "must be a time in RFC 3339 with an offset, such as 2030-01-31T12:00:00Z.";
        if (!TryTake(name, required: false, JsonValueKind.String, Rule, out var value)) return null;
        if (!TryRead(value, out var text) || !TextRules.TryTime(text, out var time)) Faults.Add(name, Rule);
        else if (time <= now) Faults.Add(name, "must lie in the future.");
        else if (time > now.AddYears(years)) Faults.Add(name, $"must be at most {years} years ahead.");
        else return time.ToUniversalTime();
        return null;
    }

    /// <summary>A list of at least one of the allowed words, without repetitions.</summary>
    public IReadOnlyList<string>? Words(string name, IReadOnlyList<string> allowed)
    {
        var rule = $"must be a list of at least one of: {string.Join(", ", allowed)}.";
        if (!TryTake(name, required: false, JsonValueKind.Array, rule, out var value)) return null;
        var words = new List<string>();
        foreach (var item in value.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.String || !TryRead(item, out var word) || !allowed.Contains(word))
            {
                Faults.Add(name, rule);
                return null;
            }
            if (!words.Contains(word)) words.Add(word);
        }
        if (words.Count > 0) return words;
        Faults.Add(name, rule);
        return null;
    }

    public Guid? Id(string name)
    {
        const string Rule = "must be a UUID.";
        if (!TryTake(name, required: true, JsonValueKind.String, Rule, out var value)) return null;
        if (value.TryGetGuid(out var id)) return id;
        Faults.Add(name, Rule);
        return null;
    }

    /// <summary>To be called when every field has been read: refuses what nobody asked for, and says everything that was wrong.</summary>
    public IResult? Refusal()
    {
        foreach (var name in _fields.Keys.Where(name => !_known.Contains(name)).Take(20))
            Faults.Add(Shown(name), $"is not a known field; known are: {string.Join(", ", _known)}.");
        return Faults.Answer();
    }

    bool TryTake(string name, bool required, JsonValueKind kind, string rule, out JsonElement value)
    {
        _known.Add(name);
        if (!_fields.TryGetValue(name, out value) || value.ValueKind == JsonValueKind.Null)
        {
            if (required) Faults.Add(name, "is required.");
            return false;
        }
        if (value.ValueKind == kind) return true;
        Faults.Add(name, rule);
        return false;
    }

    /// <summary>False for escapes that make no Unicode text, such as half of a surrogate pair.</summary>
    static bool TryRead(JsonElement value, out string text)
    {
        try
        {
            text = value.GetString()!;
            return true;
        }
        catch (InvalidOperationException)
        {
            text = "";
            return false;
        }
    }

    static string Shown(string name)
    {
        var shown = new StringBuilder();
        foreach (var rune in name.EnumerateRunes().Take(40)) shown.Append(Rune.IsControl(rune) ? Rune.ReplacementChar : rune);
        return shown.ToString();
    }
}
