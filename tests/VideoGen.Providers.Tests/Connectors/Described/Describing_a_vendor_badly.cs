using System.Text.Json;
using System.Text.Json.Nodes;
using VideoGen.Providers.Catalog;
using VideoGen.Providers.Connectors.Described;

namespace VideoGen.Providers.Tests.Connectors.Described;

/// <summary>A description with faults: all of them are named at once, each by file and JSON pointer.</summary>
[TestFixture]
internal sealed class Describing_a_vendor_badly
{
    /// <summary>How many spoiled forms of each description are read; <c>VENDOR_TURNS</c> for more.</summary>
    static readonly int Turns = int.TryParse(Environment.GetEnvironmentVariable("VENDOR_TURNS"), out var turns) ? turns : 6;

    [TestCase("/name", "null", "kling.json: /name: ")]
    [TestCase("/name", "\"other\"", "kling.json: /name: must be the file's name without .json; this file would have to be other.json")]
    [TestCase("/auth/scheme", "\"basic\"", "kling.json: /auth/scheme: ")]
    [TestCase("/auth/key", "\"sk-1\"", "kling.json: /auth/key: is not a known member here")]
    [TestCase("/seen", "\"yesterday\"", "kling.json: /seen: ")]
    [TestCase("/base_urls/singapore", "\"ftp://x\"", "kling.json: /base_urls/singapore: ")]
    [TestCase("/answers/success", "\"code ==\"", "kling.json: /answers/success: ")]
    [TestCase("/answers/errors/0/is", "\"bad luck\"", "kling.json: /answers/errors/0/is: ")]
    [TestCase("/answers/errors/1/text", "\"(\"", "kling.json: /answers/errors/1/text: ")]
    [TestCase("/answers/errors/1/text", "\"(a)\\\\1\"", "kling.json: /answers/errors/1/text: ")]
    [TestCase("/tasks/text2video/create/path", "\"/x/{id\"", "kling.json: /tasks/text2video/create/path: ")]
    [TestCase("/tasks/text2video/create/body/prompt", "\"=input.\"", "kling.json: /tasks/text2video/create/body/prompt: ")]
    [TestCase("/tasks/text2video/create/body/deep", "{\"list\":[\"=[\"]}", "kling.json: /tasks/text2video/create/body/deep/list/0: ")]
    [TestCase("/tasks/text2video/read/states/succeed", "\"done\"", "kling.json: /tasks/text2video/read/states/succeed: ")]
    [TestCase("/tasks/text2video/read/states/succeed", "\"failed\"", "kling.json: /tasks/text2video/read/states: never says succeeded")]
    [TestCase("/tasks/text2video/result/outputs/0/kind", "\"film\"", "kling.json: /tasks/text2video/result/outputs/0/kind: ")]
    [TestCase("/tasks/text2video/create/id", null, "kling.json: /tasks/text2video/create: must say where the id is, for work that is read")]
    [TestCase("/tasks/text2video/read", null, "kling.json: /tasks/text2video: has an id and nothing that reads it")]
    [TestCase("/tasks/text2video/cancel", "{\"path\":\"/x\"}", "kling.json: /tasks/text2video/cancel: ")]
    [TestCase("/callback/challenge", "\"a\"", "kling.json: /callback: ")]
    [TestCase("/tasks", "{}", "kling.json: /tasks: ")]
    public void A_fault_is_named_by_its_place(string pointer, string? value, string fault) =>
        Assert.That(FaultsOf((pointer, value)).Select(found => found.ToString()), Has.Some.StartsWith(fault));

    [Test]
    public void All_faults_are_named_at_once()
    {
        var faults = FaultsOf(("/auth/scheme", "\"basic\""), ("/answers/success", "\"(\""), ("/tasks/text2video/read/state", "7"),
            ("/poll_seconds", "0"), ("/color", "\"red\""));
        Assert.That(faults.Select(fault => fault.Path),
            Is.SupersetOf((string[])["/auth/scheme", "/answers/success", "/tasks/text2video/read/state", "/poll_seconds", "/color"]));
        Assert.That(faults.Select(fault => fault.Message), Is.All.Not.Empty);
    }

    /// <summary>Whatever is spoiled: a description that is taken, or faults; never an exception.</summary>
    [Test]
    public void Nothing_that_is_spoiled_breaks_the_reader()
    {
        var random = new Random(20261127);
        foreach (var name in Descriptions.All.Keys)
        {
            for (var turn = 0; turn < Turns; turn++)
            {
                var root = JsonNode.Parse(Descriptions.TextOf(name))!;
                Spoil(root, random);
                var faults = new List<CatalogFault>();
                Assert.That(DescriptionReader.Read(JsonSerializer.SerializeToElement(root), name + ".json", faults) is null,
                    Is.EqualTo(faults.Count > 0), root.ToJsonString());
            }
        }
    }

    static List<CatalogFault> FaultsOf(params IEnumerable<(string Pointer, string? Value)> changes)
    {
        var root = JsonNode.Parse(Descriptions.TextOf("kling"))!;
        foreach (var (pointer, value) in changes) Set(root, pointer[1..].Split('/'), value);
        var faults = new List<CatalogFault>();
        DescriptionReader.Read(JsonSerializer.SerializeToElement(root), "kling.json", faults);
        return faults;
    }

    static void Set(JsonNode node, string[] path, string? value)
    {
        foreach (var step in path[..^1]) node = node is JsonArray list ? list[int.Parse(step)]! : node[step]!;
        if (value is null) node.AsObject().Remove(path[^1]);
        else node[path[^1]] = JsonNode.Parse(value);
    }

    /// <summary>One value anywhere is dropped, or becomes another.</summary>
    static void Spoil(JsonNode root, Random random)
    {
        var places = Places(root).ToList();
        var (parent, key) = places[random.Next(places.Count)];
        JsonNode? other = random.Next(6) switch { 0 => "=(", 1 => 7, 2 => null, 3 => new JsonArray(), 4 => new JsonObject(), _ => "x" };
        if (random.Next(3) == 0) parent.Remove(key);
        else parent[key] = other;
    }

    static IEnumerable<(JsonObject Parent, string Key)> Places(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(member => Places(member.Value).Prepend((members, member.Key))),
        JsonArray items => items.SelectMany(Places),
        _ => [],
    };
}
