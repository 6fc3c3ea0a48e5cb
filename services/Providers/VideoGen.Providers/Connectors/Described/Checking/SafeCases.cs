using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace VideoGen.Providers.Connectors.Described.Checking;

/// <summary>
/// What every description must do with answers that tell nothing: conclude nothing. They are of no vendor's documents; a rule that is too wide
/// fails them, and would have a create bought twice, or running work given up.
/// </summary>
internal static partial class SafeCases
{
    const string Page = "<html><body><h1>Bad gateway</h1></body></html>";

    public static IEnumerable<(string Say, VendorExample Example)> Of(VendorDescription description)
    {
        foreach (var (name, task) in description.Tasks)
        {
            yield return Case("a gateway's page in place of the answer to a create", "create", 502, Page, "text/html");
            yield return Case("an answer to a create that is cut off", "create", 200, "{\"", "application/json");
            if (task.Read is not { } read) continue;
            yield return Case("a gateway's page in place of a state", "read", 502, Page, "text/html");
            yield return Case("a state that is cut off", "read", 200, "{\"", "application/json");
            if (PathPattern().IsMatch(read.State.Text))
                yield return Case("a word for a state that nobody has described", "read", 200, With(read.State.Text).ToJsonString(), "application/json");

            (string, VendorExample) Case(string say, string on, int status, string text, string mediaType) => ($"{name}: {say}", new VendorExample(
                description, new JsonObject { ["task"] = name, ["on"] = on, ["status"] = status, ["text"] = text, ["media_type"] = mediaType, ["is"] = "unknown" }));
        }
    }

    static JsonObject With(string path) => path.Split('.').Reverse()
        .Aggregate((JsonNode)JsonValue.Create("never-heard-of"), (inner, name) => new JsonObject { [name] = inner }).AsObject();

    [GeneratedRegex("^[A-Za-z_]+(\\.[A-Za-z_]+)*$", RegexOptions.CultureInvariant)]
    private static partial Regex PathPattern();
}
