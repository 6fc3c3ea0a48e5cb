using VideoGen.HttpApi.Errors;

namespace VideoGen.Jobs.Submit;

/// <summary>Collects everything that is wrong with a request, by field, so that one answer names it all.</summary>
internal sealed class Faults
{
    readonly SortedDictionary<string, List<string>> _byField = new(StringComparer.Ordinal);

    public bool Any => _byField.Count > 0;

    /// <param name="field">Its path in the body: <c>model</c>, <c>input.prompt</c>, <c>metadata.team</c>.</param>
    /// <param name="text">Ends a sentence that begins with the field: "must be a whole number from 1 to 257".</param>
    public void Add(string field, string text)
    {
        if (!_byField.TryGetValue(field, out var texts)) _byField[field] = texts = [];
        if (!texts.Contains(text, StringComparer.Ordinal)) texts.Add(text);
    }

    public bool Has(string field) => _byField.ContainsKey(field);

    public IReadOnlyDictionary<string, string[]> ByField => _byField.ToDictionary(pair => pair.Key, pair => pair.Value.ToArray());

    /// <summary>One refusal with every fault; its detail is the first few of them as sentences.</summary>
    public ProblemAnswer Refuse(ErrorCode? code = null)
    {
        const int shown = 5;
        var sentences = _byField.SelectMany(pair => pair.Value, (pair, text) => $"{pair.Key} {text}.").ToList();
        var more = sentences.Count > shown ? $" And {sentences.Count - shown} more; see errors." : "";
        return Problems.Of(code ?? ErrorCodes.InvalidRequest, string.Join(' ', sentences.Take(shown)) + more, ByField);
    }
}
