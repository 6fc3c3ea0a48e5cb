using VideoGen.HttpApi.Errors;

namespace VideoGen.Accounts.Requests;

/// <summary>Collects every fault of a request, by field, so that the client hears of all at once.</summary>
internal sealed class Faults
{
    readonly SortedDictionary<string, List<string>> _byField = new(StringComparer.Ordinal);

    public bool Any => _byField.Count > 0;

    public void Add(string field, string message)
    {
        if (!_byField.TryGetValue(field, out var messages)) _byField[field] = messages = [];
        messages.Add(message);
    }

    /// <summary>400 <c>invalid_request</c> with every fault, or null when there is none.</summary>
    public ProblemAnswer? Answer() => Any
        ? Problems.Of(ErrorCodes.InvalidRequest,
            string.Join(' ', _byField.SelectMany(field => field.Value.Select(message => $"{field.Key}: {message}"))),
            _byField.ToDictionary(field => field.Key, field => field.Value.ToArray()))
        : null;
}
