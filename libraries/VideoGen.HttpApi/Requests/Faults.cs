using VideoGen.HttpApi.Errors;

namespace VideoGen.HttpApi.Requests;

/// <summary>Collects everything that is wrong with a request, by field, so that one answer names it all.</summary>
public sealed class Faults
{
    const int LongestName = 64;

    /// <summary>A body can hold more faults than anybody reads.</summary>
    const int MostFields = 100;

    readonly SortedDictionary<string, List<string>> _byField = new(StringComparer.Ordinal);
    int _added;

    /// <summary>The refusal of one fault.</summary>
    public static ProblemAnswer Of(string field, string text)
    {
        var faults = new Faults();
        faults.Add(field, text);
        return faults.Refuse();
    }

    public bool Any => _byField.Count > 0;

    /// <summary>There are more than anybody reads: whoever looks for them may stop.</summary>
    public bool IsFull => _added >= MostFields;

    /// <param name="field">Its path in the body, its name in the query, or a header's name: <c>model</c>, <c>input.prompt</c>,
    /// <c>limit</c>.</param>
    /// <param name="text">Ends a sentence that begins with the field: "must be a whole number from 1 to 257".</param>
    public void Add(string field, string text)
    {
        _added++;
        if (_byField.Count == MostFields && !_byField.ContainsKey(field)) return;
        text = text.TrimEnd('.');
        if (!_byField.TryGetValue(field, out var texts)) _byField[field] = texts = [];
        if (!texts.Contains(text, StringComparer.Ordinal)) texts.Add(text);
    }

    public bool Has(string field) => _byField.ContainsKey(field);

    /// <summary>True when something is wrong with this member or with a part of it.</summary>
    public bool HasBelow(string field) =>
        _byField.Keys.Any(path =>
            path.StartsWith(field, StringComparison.Ordinal) && (path.Length == field.Length || path[field.Length] is '.' or '['));

    public IReadOnlyDictionary<string, string[]> ByField => _byField.ToDictionary(pair => pair.Key, pair => pair.Value.ToArray());

    /// <summary>One refusal with every fault; its detail is the first few of them as sentences.</summary>
    public ProblemAnswer Refuse(ErrorCode? code = null)
    {
        const int shown = 5;
        var sentences = _byField.SelectMany(pair => pair.Value, (pair, text) => $"{pair.Key} {text}.").ToList();
        var more = sentences.Count > shown ? $" And {sentences.Count - shown} more; see errors." : "";
        return Problems.Of(code ?? ErrorCodes.InvalidRequest, string.Join(' ', sentences.Take(shown)) + more, ByField);
    }

    /// <summary>The refusal, or null when nothing is wrong.</summary>
    public ProblemAnswer? Answer() => Any ? Refuse() : null;

    /// <summary>A name that a client made up, fit to be shown back: short, without control characters.</summary>
    public static string Shown(string name)
    {
        var shown = string.Concat(name.EnumerateRunes().Take(LongestName)
            .Select(rune => System.Text.Rune.IsControl(rune) ? "\uFFFD" : rune.ToString()));
        return shown.Length == 0 ? "(empty)" : shown;
    }
}
