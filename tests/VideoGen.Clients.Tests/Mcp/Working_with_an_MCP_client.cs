using System.Text.Json.Nodes;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace VideoGen.Clients.Tests.Mcp;

/// <summary>The official client of the Model Context Protocol against <c>/mcp</c> of the running system.</summary>
[TestFixture]
public sealed class Working_with_an_MCP_client
{
    static readonly Dictionary<string, object?> Lighthouse = new() { ["prompt"] = "A lighthouse", ["duration_seconds"] = 4 };

    [Test]
    public async Task Lists_prices_makes_and_waits()
    {
        await using var client = await ConnectAsync(isTest: true);
        var tools = await client.ListToolsAsync();
        Assert.That(
            tools.Select(tool => tool.Name),
            Is.EquivalentTo(new[] { "list_models", "show_model", "quote", "generate", "get_job", "wait_job", "cancel_job" }));

        var models = (await TellAsync(client, "list_models", new() { ["kind"] = "video" })).AsArray();
        var schema = (await TellAsync(client, "show_model", new() { ["model"] = "veo3.1" }))["input_schema"]!;
        var quote = await TellAsync(client, "quote", new() { ["model"] = "veo3.1", ["input"] = Lighthouse });
        Assert.That(models.Select(model => (string)model!["slug"]!), Does.Contain("veo3.1").And.Not.Contain("flux-schnell"));
        Assert.That(schema["required"]!.ToJsonString(), Is.EqualTo("""["prompt"]"""));
        Assert.That((int)quote["credits"]!, Is.EqualTo(80));

        var request = $"test-{Guid.NewGuid():n}";
        var job = await GenerateAsync(client, request);
        var again = await GenerateAsync(client, request);
        Assert.That((string)again["job_id"]!, Is.EqualTo((string)job["job_id"]!), "the same request_id buys nothing again");
        for (var looks = 0; (string)job["status"]! is not "completed" && looks < 10; looks++)
            job = await TellAsync(client, "wait_job", new() { ["job_id"] = (string)job["job_id"]!, ["seconds"] = 30 });
        Assert.That(((string)job["status"]!, (string)job["files"]![0]!["media_type"]!), Is.EqualTo(("completed", "video/mp4")));
        var stop = await client.CallToolAsync("cancel_job", new Dictionary<string, object?> { ["job_id"] = (string)job["job_id"]! });
        Assert.That(TextOf(stop), Does.StartWith("job_not_cancellable"));
    }

    [Test]
    public async Task Refuses_what_passes_the_budget_before_it_is_bought()
    {
        await using var client = await ConnectAsync(isTest: false, query: "?budget=79");
        var refused = await client.CallToolAsync("generate", Generate($"budget-{Guid.NewGuid():n}"));
        Assert.That((refused.IsError, TextOf(refused)), Is.EqualTo(((bool?)true,
            "budget_exceeded: This job costs up to 80 credits; 79 of the budget of 79 are left. "
            + "Ask the person whom you work for, or choose a cheaper model or input.")));
    }

    [Test]
    public async Task Counts_what_was_spent_before()
    {
        await using var client = await ConnectAsync(isTest: false, query: "?budget=159");
        var first = await GenerateAsync(client, $"first-{Guid.NewGuid():n}");
        var second = await client.CallToolAsync("generate", Generate($"second-{Guid.NewGuid():n}"));
        await TellAsync(client, "cancel_job", new() { ["job_id"] = (string)first["job_id"]! });
        Assert.That(((int)first["budget_left"]!, second.IsError), Is.EqualTo((79, (bool?)true)));
        Assert.That(TextOf(second), Does.StartWith("budget_exceeded: This job costs up to 80 credits; 79 of the budget of 159 are left."));
    }

    [TestCase("veo3.1", "duration_seconds", "input.duration_seconds: must be one of 4, 6, 8")]
    [TestCase("no-such-model", "prompt", "model_not_found")]
    public async Task Says_what_is_wrong_with_a_call(string model, string field, string expected)
    {
        await using var client = await ConnectAsync(isTest: true);
        var input = new Dictionary<string, object?>(Lighthouse) { [field] = field == "prompt" ? "x" : 5 };
        var refused = await client.CallToolAsync(
            "generate", new Dictionary<string, object?> { ["model"] = model, ["input"] = input, ["request_id"] = "wrong" });
        Assert.That(refused.IsError, Is.True);
        Assert.That(TextOf(refused), Does.Contain(expected));
    }

    [Test]
    public async Task Needs_a_key_as_the_API_does()
    {
        using var http = new HttpClient();
        var system = (await TheSystem.GetAsync()).Endpoints;
        using var answer = await http.PostAsync(system.Gateway.TrimEnd('/') + "/mcp", new StringContent("{}"));
        Assert.That((int)answer.StatusCode, Is.EqualTo(401));
    }

    static Task<JsonNode> GenerateAsync(McpClient client, string request) => TellAsync(client, "generate", Generate(request));

    static Dictionary<string, object?> Generate(string request) =>
        new() { ["model"] = "veo3.1", ["input"] = Lighthouse, ["request_id"] = request };

    static async Task<JsonNode> TellAsync(McpClient client, string tool, Dictionary<string, object?> arguments)
    {
        var result = await client.CallToolAsync(tool, arguments);
        Assert.That(result.IsError, Is.Not.True, TextOf(result));
        return JsonNode.Parse(TextOf(result))!;
    }

    static string TextOf(CallToolResult result) => string.Concat(result.Content.OfType<TextContentBlock>().Select(block => block.Text));

    static async Task<McpClient> ConnectAsync(bool isTest, string query = "")
    {
        var system = (await TheSystem.GetAsync()).Endpoints;
        var transport = new HttpClientTransport(new HttpClientTransportOptions
        {
            Endpoint = new Uri(system.Gateway.TrimEnd('/') + "/mcp" + query), TransportMode = HttpTransportMode.StreamableHttp,
            AdditionalHeaders = new Dictionary<string, string> { ["Authorization"] = $"Bearer {(isTest ? system.TestKey
                : system.ApiKey)}" },
        });
        return await McpClient.CreateAsync(transport);
    }
}
