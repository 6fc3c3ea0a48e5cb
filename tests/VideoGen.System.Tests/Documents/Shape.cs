using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace VideoGen.System.Tests.Documents;

/// <summary>
/// Is an answer of the same shape as a document's example: the same names, the same JSON types, and texts of the same form (a time, an
/// absolute or a relative address, a number of pixels)? Values are not compared.
/// </summary>
static partial class Shape
{
    static readonly (string Name, Regex Form)[] Forms =
        [("time", Time()), ("absolute address", Absolute()), ("relative address", Relative()), ("size in pixels", Pixels()), ("plain time", PlainTime())];

    /// <param name="extra">
    /// Members that our answer has and the example has not, by their path (<c>jobs[].error</c>, or <c>output.*</c> for any of an object);
    /// documented as a decision.
    /// </param>
    /// <param name="absent">Members of the example that this answer has not, or has as null (<c>list[]</c>: no items), each for a documented reason.</param>
    /// <param name="optional">The listed differences may be there or not; otherwise one that is not there is an outdated entry.</param>
    public static IReadOnlyList<string> Faults(
        JsonNode? example, JsonNode? answer, IReadOnlyCollection<string>? extra = null, IReadOnlyCollection<string>? absent = null, bool optional = false)
    {
        var comparison = new Comparison(extra ?? [], absent ?? []);
        comparison.Compare("", example, answer);
        if (!optional) comparison.Finish();
        return comparison.Faults;
    }

    sealed class Comparison(IReadOnlyCollection<string> extra, IReadOnlyCollection<string> absent)
    {
        readonly HashSet<string> _met = new(StringComparer.Ordinal);

        public List<string> Faults { get; } = [];

        public void Compare(string path, JsonNode? example, JsonNode? answer)
        {
            if (example is null) return; // null says nothing about the type.
            if (answer is null && Allowed(absent, path, path)) return;
            if (answer is null || Kind(example) != Kind(answer)) Faults.Add($"{Name(path)}: {Kind(answer)} in place of {Kind(example)}");
            else if (example is JsonObject wanted) CompareMembers(path, wanted, answer.AsObject());
            else if (example is JsonArray list) CompareItems(path, list, answer.AsArray());
            else if (example.GetValueKind() == JsonValueKind.String) CompareText(path, example.GetValue<string>(), answer.GetValue<string>());
        }

        /// <summary>What is allowed and did not occur is an outdated entry.</summary>
        public void Finish() => Faults.AddRange(extra.Concat(absent).Where(entry => !_met.Contains(entry)).Select(entry => $"{entry}: is listed as different and is not"));

        void CompareMembers(string path, JsonObject example, JsonObject answer)
        {
            foreach (var (name, value) in example)
            {
                var member = path.Length == 0 ? name : $"{path}.{name}";
                if (answer.ContainsKey(name)) Compare(member, value, answer[name]);
                else if (!Allowed(absent, member, path)) Faults.Add($"{member}: is missing");
            }
            if (example.Count == 0) return; // {...}: any members.
            foreach (var (name, _) in answer)
            {
                var member = path.Length == 0 ? name : $"{path}.{name}";
                if (!example.ContainsKey(name) && !Allowed(extra, member, path)) Faults.Add($"{member}: is not in the example");
            }
        }

        void CompareItems(string path, JsonArray example, JsonArray answer)
        {
            if (example.Count == 0) return;
            if (answer.Count == 0 && !Allowed(absent, $"{path}[]", path)) Faults.Add($"{Name(path)}: is empty");
            foreach (var item in answer) Compare($"{path}[]", example[0], item);
        }

        void CompareText(string path, string example, string answer)
        {
            foreach (var (name, form) in Forms)
                if (form.IsMatch(example) && !form.IsMatch(answer)) Faults.Add($"{Name(path)}: '{answer}' is no {name} like '{example}'");
        }

        bool Allowed(IReadOnlyCollection<string> list, string member, string path)
        {
            var entry = list.Contains(member) ? member : list.Contains($"{path}.*") ? $"{path}.*" : null;
            if (entry is not null) _met.Add(entry);
            return entry is not null;
        }

        static string Name(string path) => path.Length == 0 ? "the answer" : path;
    }

    static string Kind(JsonNode? node) => node?.GetValueKind() switch
    {
        null or JsonValueKind.Null => "null",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        { } kind => kind.ToString().ToLowerInvariant(),
    };

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")]
    private static partial Regex Time();

    [GeneratedRegex(@"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$")]
    private static partial Regex PlainTime();

    [GeneratedRegex("^https?://")]
    private static partial Regex Absolute();

    [GeneratedRegex("^/[a-z]")]
    private static partial Regex Relative();

    [GeneratedRegex(@"^\d+x\d+$")]
    private static partial Regex Pixels();
}
