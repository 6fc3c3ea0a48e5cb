using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using VideoGen.Testing;

namespace VideoGen.House.Tests;

/// <summary>
/// What a generator of clients needs of the committed <c>docs/openapi/v1.json</c>, asked of every operation alike, so that a new route
/// can't go without. A test of the whole system compares the document with what is published.
/// </summary>
[TestFixture]
public sealed partial class Reading_the_API_description
{
    static readonly JsonObject Document =
        JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Root, "docs", "openapi", "v1.json")))!.AsObject();

    static readonly string[] Verbs = ["get", "put", "post", "delete", "head", "patch"];

    static IReadOnlyList<Described> Operations { get; } =
        [.. Of(Document["paths"]!, webhook: false), .. Of(Document["webhooks"]!, webhook: true)];

    [Test]
    public void Every_operation_has_an_id_of_its_own_in_one_casing()
    {
        var ids = Operations.Select(one => one.Id).ToList();
        Assert.That(ids, Is.Unique);
        Assert.That(ids, Has.All.Match("^([A-Z][a-z]+)+$"));
    }

    [Test]
    public void Every_path_names_its_parameters() => Assert.That(
        from one in Operations
        where !one.IsWebhook
        let named = Parameter().Matches(one.Path).Select(match => match.Groups[1].Value).ToHashSet(StringComparer.Ordinal)
        let described = one.Parameters.Where(parameter => Text(parameter, "in") == "path").Select(parameter => Text(parameter, "name")!)
        where !named.SetEquals(described)
        select one.Name, Is.Empty);

    [Test]
    public void Every_parameter_is_explained_and_typed() => Assert.That(
        from one in Operations
        from parameter in one.Parameters
        where string.IsNullOrEmpty(Text(parameter, "description")) || parameter["schema"]?["type"] is null
        select $"{one.Name} {Text(parameter, "name")}", Is.Empty);

    [Test]
    public void Every_body_has_a_type_and_an_example() => Assert.That(
        from one in Operations
        where !one.IsWebhook && one.Operation["requestBody"] is not null
        from content in one.Operation["requestBody"]!["content"]!.AsObject()
        where content.Value!["schema"] is null || (content.Key == "application/json" && content.Value["example"] is null)
        select $"{one.Name} {content.Key}", Is.Empty);

    /// <summary>A misspelt member in an example would be refused by the API itself.</summary>
    [Test]
    public void Every_example_has_the_members_that_are_required_and_only_known_ones() => Assert.That(
        from one in Operations
        let content = one.Operation["requestBody"]?["content"]?["application/json"]
        where content?["example"] is not null
        let example = content["example"]!.AsObject().Select(member => member.Key).ToList()
        let schema = Resolved(content["schema"]!)
        let required = (schema["required"]?.AsArray() ?? []).Select(name => name!.GetValue<string>())
        where required.Except(example).Any() || example.Except(schema["properties"]!.AsObject().Select(member => member.Key)).Any()
        select one.Name, Is.Empty);

    [Test]
    public void Every_success_says_what_it_sends() => Assert.That(
        from one in Operations
        where !one.IsWebhook && one.Verb != "head"
        from response in one.Responses
        where response.Key is "200" or "201" or "202" or "206"
        where response.Value!["content"] is not JsonObject { Count: > 0 } content || content.Any(media => media.Value!["schema"] is null)
        select $"{one.Name} {response.Key}", Is.Empty);

    [Test]
    public void Every_refusal_is_a_problem_of_ours()
    {
        var refusals =
            from one in Operations
            where !one.IsWebhook
            from response in one.Responses
            where response.Key is ['4' or '5', ..] or "default"
            let content = Resolved(response.Value!)["content"]!.AsObject()
            let media = content.Single()
            where media.Key != "application/problem+json" || Text(media.Value!["schema"]!, "$ref") != "#/components/schemas/Problem"
            select $"{one.Name} {response.Key}";
        Assert.That(refusals, Is.Empty);
        Assert.That(Operations.Where(one => !one.IsWebhook && !one.Responses.ContainsKey("default")), Is.Empty);
    }

    [Test]
    public void Every_operation_tells_what_any_may_answer() => Assert.That(
        from one in Operations
        where !one.IsWebhook
        from status in (string[])["400", "429", "502", "503", "504"]
        where !one.Responses.ContainsKey(status)
        select $"{one.Name} {status}", Is.Empty);

    /// <summary>The framework's own error shape, and texts that a client could only guess at.</summary>
    [Test]
    public void No_shape_is_the_framework_s() => Assert.That(
        Document["components"]!["schemas"]!.AsObject().Select(schema => schema.Key),
        Has.None.Match("^(ProblemDetails|HttpValidationProblemDetails)$"));

    /// <summary>"One of" in words and not in the schema is of no use to a generator.</summary>
    [Test]
    public void A_status_is_a_closed_list() => Assert.That(
        from schema in Document["components"]!["schemas"]!.AsObject()
        from member in schema.Value!["properties"]?.AsObject() ?? []
        where member.Key is "status" or "format" or "origin" && Types(member.Value!).Contains("string") && member.Value!["enum"] is null
        select $"{schema.Key}.{member.Key}", Is.Empty);

    [Test]
    public void Every_event_is_a_webhook_with_its_signature()
    {
        var webhooks = Operations.Where(one => one.IsWebhook).ToList();
        Assert.That(webhooks.Select(one => one.Path), Is.EquivalentTo(new[]
        {
            "job.queued", "job.started", "job.progressed", "job.completed", "job.failed", "job.cancelled",
        }));
        foreach (var one in webhooks)
            Assert.That(one.Parameters.Select(parameter => Text(parameter, "name")), Is.EqualTo(new[]
            {
                "webhook-id", "webhook-timestamp", "webhook-signature",
            }), one.Name);
    }

    [TestCase("SubmitJob", "Idempotency-Key")]
    [TestCase("GrantCredits", "Idempotency-Key")]
    [TestCase("GetJob", "If-None-Match")]
    [TestCase("GetAssetContent", "Range")]
    [TestCase("GetAssetContent", "If-Range")]
    [TestCase("StreamEvents", "Last-Event-ID")]
    [TestCase("StreamJobEvents", "Last-Event-ID")]
    public void A_header_that_is_read_is_described(string operation, string header) => Assert.That(
        Operations.Single(one => one.Id == operation).Parameters.Where(parameter => Text(parameter, "in") == "header")
            .Select(parameter => Text(parameter, "name")), Does.Contain(header));

    static IEnumerable<Described> Of(JsonNode paths, bool webhook) =>
        from path in paths.AsObject()
        from operation in path.Value!.AsObject()
        where Verbs.Contains(operation.Key, StringComparer.Ordinal)
        select new Described(path.Key, operation.Key, operation.Value!.AsObject(), webhook);

    static IEnumerable<string> Types(JsonNode schema) => schema["type"] switch
    {
        JsonArray several => several.Select(one => one!.GetValue<string>()),
        JsonValue one => [one.GetValue<string>()],
        _ => [],
    };

    /// <summary>What a reference points at.</summary>
    static JsonNode Resolved(JsonNode node) => Text(node, "$ref") is { } reference
        ? reference.Split('/').Skip(1).Aggregate((JsonNode)Document, (at, name) => at[name]!)
        : node;

    static string? Text(JsonNode node, string member) => node[member]?.GetValue<string>();

    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex Parameter();

    sealed record Described(string Path, string Verb, JsonObject Operation, bool IsWebhook)
    {
        public string Name => $"{Verb.ToUpperInvariant()} {Path}";

        public string Id => Operation["operationId"]?.GetValue<string>() ?? "";

        public IEnumerable<JsonNode> Parameters => (Operation["parameters"]?.AsArray() ?? []).Select(one => one!);

        public JsonObject Responses => Operation["responses"]!.AsObject();
    }
}
