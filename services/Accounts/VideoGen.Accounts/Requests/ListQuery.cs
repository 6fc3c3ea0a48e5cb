using System.Globalization;
using System.Reflection;

namespace VideoGen.Accounts.Requests;

/// <summary>The query string of a list: <c>limit</c> (1 to 100, 20 unless told), <c>cursor</c> and the list's own filters.</summary>
internal sealed class ListQuery(IQueryCollection query)
{
    readonly HashSet<string> _known = new(StringComparer.Ordinal);

    public Faults Faults { get; } = new();

    public static ValueTask<ListQuery?> BindAsync(HttpContext context, ParameterInfo parameter) =>
        ValueTask.FromResult<ListQuery?>(new ListQuery(context.Request.Query));

    public int Limit()
    {
        if (Value("limit") is not { } text) return 20;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit is >= 1 and <= 100) return limit;
        Faults.Add("limit", "must be a whole number from 1 to 100.");
        return 20;
    }

    /// <summary>The parts of the cursor, or null for the first page.</summary>
    public T? Cursor<T>(int parts, Func<string[], T?> read) where T : struct
    {
        if (Value("cursor") is not { } text) return null;
        if (HttpApi.Paging.Cursor.TryDecode(text, parts) is { } decoded && read(decoded) is { } position) return position;
        Faults.Add("cursor", "must be a next_cursor of this list.");
        return null;
    }

    public string? Word(string name, IReadOnlyList<string> allowed)
    {
        if (Value(name) is not { } text || allowed.Contains(text)) return Value(name);
        Faults.Add(name, $"must be one of: {string.Join(", ", allowed)}.");
        return null;
    }

    public Guid? Id(string name)
    {
        if (Value(name) is not { } text) return null;
        if (Guid.TryParseExact(text, "D", out var id)) return id;
        Faults.Add(name, "must be a UUID.");
        return null;
    }

    public string? Text(string name, int max)
    {
        if (Value(name)?.Trim() is not { Length: > 0 } text) return null;
        if (TextRules.Fault(text, 1, max) is not { } fault) return text;
        Faults.Add(name, fault);
        return null;
    }

    public IResult? Refusal()
    {
        foreach (var name in query.Keys.Where(name => !_known.Contains(name)).Take(20))
            Faults.Add(TextRules.Fault(name, 1, 40) is null ? name : "query", $"is not a known parameter; known are: {string.Join(", ", _known)}.");
        return Faults.Answer();
    }

    string? Value(string name)
    {
        _known.Add(name);
        if (!query.TryGetValue(name, out var values)) return null;
        if (values.Count == 1) return values[0];
        Faults.Add(name, "is given twice.");
        return null;
    }
}
