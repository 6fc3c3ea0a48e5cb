using System.Globalization;
using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Builder;
using VideoGen.HttpApi.Errors;

namespace VideoGen.HttpApi.Requests;

/// <summary>
/// A JSON object sent by a client, read field by field. Unlike a bound record it reports every fault at once, wrong types and
/// unknown fields included, each under the field's name. A member that is null counts as absent.
/// </summary>
public sealed class BodyFields : IEndpointParameterMetadataProvider
{
    /// <summary>Enough for every such body several times over, and for a field of a megabyte to be named in the refusal.</summary>
    public const int MaxBytes = 4 * 1024 * 1024;

    readonly Dictionary<string, JsonElement> _fields = new(StringComparer.Ordinal);
    readonly HashSet<string> _known = new(StringComparer.Ordinal);

    BodyFields(JsonElement body, Faults faults)
    {
        Faults = faults;
        foreach (var field in body.EnumerateObject()) _fields.TryAdd(field.Name, field.Value);
    }

    public Faults Faults { get; }

    /// <exception cref="RequestRefusedException">The body is not one sound JSON object.</exception>
    public static async ValueTask<BodyFields?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = MaxBytes;
        var faults = new Faults();
        var (_, root, refusal) = await JsonBody.ReadAsync(context.Request, MaxBytes, context.RequestAborted, faults);
        return refusal is null ? new BodyFields(root, faults) : throw new RequestRefusedException(refusal);
    }

    /// <summary>A route that reads a body so takes one, for the rules that hold for all routes.</summary>
    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) => builder.Metadata.Add(new TakesBody());

    /// <summary>True when the client has sent this field, and not as null.</summary>
    public bool Has(string name) => _fields.TryGetValue(name, out var value) && value.ValueKind != JsonValueKind.Null;

    /// <summary>
    /// Text of <paramref name="min"/> to <paramref name="max"/> characters without control characters; null when absent or at
    /// fault.
    /// </summary>
    /// <param name="check">A further check; answers what is wrong, or null.</param>
    public string? Text(string name, int min, int max, bool required = true, bool trim = true, Func<string, string?>? check = null)
    {
        if (!TryTake(name, required, JsonValueKind.String, "must be text", out var value)) return null;
        var text = value.GetString()!;
        if (trim) text = text.Trim();
        var fault = TextRules.Fault(text, min, max) ?? check?.Invoke(text);
        if (fault is null) return text;
        Faults.Add(name, fault);
        return null;
    }

    /// <summary>One of the allowed words.</summary>
    public string? Word(string name, IReadOnlyList<string> allowed)
    {
        var rule = $"must be one of {string.Join(", ", allowed)}";
        if (!TryTake(name, required: false, JsonValueKind.String, rule, out var value)) return null;
        if (allowed.Contains(value.GetString()!, StringComparer.Ordinal)) return value.GetString();
        Faults.Add(name, rule);
        return null;
    }

    /// <summary>A whole number from <paramref name="min"/> to <paramref name="max"/>.</summary>
    public long? Number(string name, long min, long max, bool required = true)
    {
        var rule = string.Create(CultureInfo.InvariantCulture, $"must be a whole number from {min} to {max}");
        if (!TryTake(name, required, JsonValueKind.Number, rule, out var value)) return null;
        if (value.TryGetInt64(out var number) && number >= min && number <= max) return number;
        Faults.Add(name, rule);
        return null;
    }

    public bool? Flag(string name)
    {
        _known.Add(name);
        if (!_fields.TryGetValue(name, out var value) || value.ValueKind == JsonValueKind.Null) return null;
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False) return value.GetBoolean();
        Faults.Add(name, "must be true or false");
        return null;
    }

    /// <summary>A point in time with its offset (RFC 3339), in UTC.</summary>
    public DateTimeOffset? Time(string name, bool required = false)
    {
        if (!TryTake(name, required, JsonValueKind.String, TimeText.Rule, out var value)) return null;
        if (TimeText.TryParse(value.GetString()!, out var time)) return time;
        Faults.Add(name, TimeText.Rule);
        return null;
    }

    /// <summary>A time that lies in the future by <paramref name="now"/> and at most <paramref name="years"/> ahead.</summary>
    public DateTimeOffset? FutureTime(string name, DateTimeOffset now, int years)
    {
        if (Time(name) is not { } time) return null;
        if (time <= now) Faults.Add(name, "must lie in the future");
        else if (time > now.AddYears(years)) Faults.Add(name, $"must be at most {years} years ahead");
        else return time;
        return null;
    }

    /// <summary>A list of at least one of the allowed words, without repetitions.</summary>
    public IReadOnlyList<string>? Words(string name, IReadOnlyList<string> allowed)
    {
        var rule = $"must be a list of at least one of: {string.Join(", ", allowed)}";
        var words = Texts(name, rule)?.Distinct(StringComparer.Ordinal).ToList();
        if (words is null) return null;
        if (words.Count > 0 && words.TrueForAll(word => allowed.Contains(word, StringComparer.Ordinal))) return words;
        Faults.Add(name, rule);
        return null;
    }

    /// <summary>A list of texts as they came.</summary>
    /// <param name="rule">What to say to anything that is no such list.</param>
    public string[]? Texts(string name, string rule)
    {
        if (!TryTake(name, required: false, JsonValueKind.Array, rule, out var value)) return null;
        if (value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String)) return [.. value.EnumerateArray()
            .Select(item => item.GetString()!)];
        Faults.Add(name, rule);
        return null;
    }

    /// <summary>An object of texts as they came.</summary>
    /// <param name="rule">What to say to anything that is no object.</param>
    public IReadOnlyDictionary<string, string>? TextsByName(string name, string rule)
    {
        if (!TryTake(name, required: false, JsonValueKind.Object, rule, out var value)) return null;
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var member in value.EnumerateObject())
        {
            if (member.Value.ValueKind == JsonValueKind.String) texts[member.Name] = member.Value.GetString()!;
            else Faults.Add($"{name}.{Faults.Shown(member.Name)}", "must be text");
        }
        return texts;
    }

    public Guid? Id(string name, bool required = true)
    {
        if (!TryTake(name, required, JsonValueKind.String, IdText.Rule, out var value)) return null;
        if (IdText.TryParse(value.GetString()!, out var id)) return id;
        Faults.Add(name, IdText.Rule);
        return null;
    }

    /// <summary>To be called when every field has been read: refuses what nobody asked for, and says everything that was wrong.</summary>
    public ProblemAnswer? Refusal()
    {
        foreach (var name in _fields.Keys.Where(name => !_known.Contains(name)))
            Faults.Add(Faults.Shown(name), $"is not a known field; known are: {string.Join(", ", _known)}");
        return Faults.Answer();
    }

    bool TryTake(string name, bool required, JsonValueKind kind, string rule, out JsonElement value)
    {
        _known.Add(name);
        if (!_fields.TryGetValue(name, out value) || value.ValueKind == JsonValueKind.Null)
        {
            if (required) Faults.Add(name, "is required");
            return false;
        }
        if (Faults.HasBelow(name)) return false; // Given twice, or no text: said already.
        if (value.ValueKind == kind) return true;
        Faults.Add(name, rule);
        return false;
    }
}
