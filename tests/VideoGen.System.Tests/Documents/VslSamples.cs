using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using VideoGen.System.Tests.Clients;
using VideoGen.System.Tests.Stage;
using VideoGen.Testing;

namespace VideoGen.System.Tests.Documents;

/// <summary><c>vsl.md</c>: the curl lines, the polling and error-handling functions, both SDK samples, every body and answer.</summary>
static class VslSamples
{
    const string BaseUrl = "https://xxx.execute-api.us-east-1.amazonaws.com/homolog";

    /// <summary>Smaller than the models' defaults, for speed.</summary>
    const string SmallPicture = """{"userId":"user123","mediaType":"image","modelId":"flux-schnell","parameters":{"prompt":"A sunset","width":256,"height":256}}""";

    static readonly Document Text = Document.Read("vsl");

    public static IReadOnlyList<Sample> All { get; } =
    [
        Sample.Nothing(Text, "Base URL [1]", "an address"),
        Sample.Nothing(Text, "Authentication [1]", "a header; every request below carries it"),
        Sample.Of(Text, "1. Generate Media [1]", "stability-video [1]", "1. Generate Media [2]", GenerateAsync),
        Sample.Of(Text, "1. Generate Media [3]", block => CurlAsync(block)),
        Sample.Of(Text, "1. Generate Media [4]", block => CurlAsync(block, ("https://example.com/input-image.jpg", TheSystem.Files.UrlOf("picture.jpg")))),
        Sample.Of(Text, "1. Generate Media [5]", block => CurlAsync(block)),
        Sample.Of(Text, "2. Get Job Status [1]", CompletedAsync),
        Sample.Of(Text, "2. Get Job Status [2]", FailedAsync),
        Sample.Of(Text, "2. Get Job Status [3]", StatusCurlAsync),
        Sample.Of(Text, "3. Webhook (Internal) [1]", CallbackAsync),
        Sample.Of(Text, "flux-schnell [1]", block => ParametersAsync("image", block)),
        Sample.Of(Text, "sdxl [1]", block => ParametersAsync("image", block)),
        Sample.Of(Text, "musicgen [1]", block => ParametersAsync("audio", block)),
        Sample.Of(Text, "Rate Limiting [1]", "Rate Limiting [2]", LimitsAsync),
        Sample.Of(Text, "Error Codes [1]", ErrorAsync),
        Sample.Of(Text, "Webhooks (For Your Application) [1]", WebhookAsync),
        Sample.Of(Text, "1. Polling for Status [1]", PollingAsync),
        Sample.Of(Text, "2. Error Handling [1]", "1. Polling for Status [1]", ErrorHandlingAsync) with { Places = ["2. Error Handling [1]"] },
        Sample.Of(Text, "JavaScript/Node.js [1]", NodeSdkAsync),
        Sample.Of(Text, "Python [1]", PythonSdkAsync),
    ];

    /// <summary>The first alternatives of the body, with the parameters that its model asks for.</summary>
    static async Task GenerateAsync(Block body, Block parameters, Block example)
    {
        using var customer = await TheSystem.NewCustomerAsync();
        using var http = customer.Open(Door.Vsl);
        using var held = TheSystem.Shared.Vendor.Hold();
        var request = Example.Read(body);
        request["parameters"] = Example.Read(parameters.With(("https://url-to-input-image.jpg", TheSystem.Files.UrlOf("picture.jpg"))), parameters.ToString());
        var accepted = await PostAsync(http, request.ToJsonString());
        Sample.AssertShape(example, accepted.Expect(HttpStatusCode.Accepted).Json);
        await customer.CancelledAsync(JobStory.NativeId(accepted["jobId"]));
    }

    static async Task CurlAsync(Block block, params Replacement[] files)
    {
        using var customer = await TheSystem.NewCustomerAsync();
        using var held = TheSystem.Shared.Vendor.Hold();
        var run = await SampleProgram.RunAsync(SampleProgram.Shell, block.With([(BaseUrl, Door.Vsl.BaseUrl(TheSystem.Gateway)), ("your-key", customer.LiveKey), .. files]));
        Assert.That(run.ExitCode, Is.Zero, run.ToString());
        var accepted = JsonNode.Parse(run.Output)!;
        Sample.AssertShape(Text["1. Generate Media [2]"], accepted);
        await customer.CancelledAsync(JobStory.NativeId(accepted["jobId"]!.GetValue<string>()));
    }

    static async Task ParametersAsync(string mediaType, Block parameters)
    {
        using var customer = await TheSystem.NewCustomerAsync();
        using var http = customer.Open(Door.Vsl);
        using var held = TheSystem.Shared.Vendor.Hold();
        var request = new JsonObject
        {
            ["userId"] = "user123",
            ["mediaType"] = mediaType,
            ["modelId"] = parameters.Heading,
            ["parameters"] = Example.Read(parameters),
        };
        var accepted = (await PostAsync(http, request.ToJsonString())).Expect(HttpStatusCode.Accepted);
        await customer.CancelledAsync(JobStory.NativeId(accepted["jobId"]));
    }

    /// <summary>The example is that of a video.</summary>
    static async Task CompletedAsync(Block example)
    {
        using var customer = await TheSystem.NewCustomerAsync();
        using var http = customer.Open(Door.Vsl);
        var request = new JsonObject
        {
            ["userId"] = "user123",
            ["mediaType"] = "video",
            ["modelId"] = "stability-video",
            ["parameters"] = new JsonObject { ["image"] = TheSystem.Files.UrlOf("picture.jpg") },
        };
        var id = JobStory.NativeId((await PostAsync(http, request.ToJsonString()))["jobId"]);
        await customer.CompletedAsync(id);
        var status = await Exchange.GetAsync(http, $"status/{id}");
        Sample.AssertShape(example, status.Json);
        Assert.That(status.Json!["result"]!["s3Path"]!.GetValue<string>(), Does.Match($@"^videos/user123/\d{{4}}/\d\d/\d\d/{id}$"));
    }

    static async Task FailedAsync(Block example)
    {
        using var customer = await TheSystem.NewCustomerAsync();
        using var http = customer.Open(Door.Vsl);
        using var broken = TheSystem.Shared.Vendor.Break();
        var id = JobStory.NativeId((await PostAsync(http, SmallPicture))["jobId"]);
        await customer.FailedAsync(id);
        Sample.AssertShape(example, (await Exchange.GetAsync(http, $"status/{id}")).Json, ["mediaType", "modelId", "userId"]);
    }

    static async Task StatusCurlAsync(Block block)
    {
        using var customer = await TheSystem.NewCustomerAsync();
        using var http = customer.Open(Door.Vsl);
        var id = JobStory.NativeId((await PostAsync(http, SmallPicture))["jobId"]);
        await customer.CompletedAsync(id);
        var run = await SampleProgram.RunAsync(SampleProgram.Shell, block.With(
            (BaseUrl, Door.Vsl.BaseUrl(TheSystem.Gateway)), ("your-key", customer.LiveKey), ("550e8400-e29b-41d4-a716-446655440000", id.ToString())));
        Assert.That(JsonNode.Parse(run.Output)!["status"]!.GetValue<string>(), Is.EqualTo("completed"), run.ToString());
    }

    /// <summary>As Replicate sends it: signed. The same body without a signature is refused.</summary>
    static async Task CallbackAsync(Block body)
    {
        var content = Example.Read(body).ToJsonString();
        var (id, time) = ($"msg_{Guid.NewGuid():n}", DateTimeOffset.UtcNow.ToUnixTimeSeconds());
        var signature = Convert.ToBase64String(HMACSHA256.HashData(
            Convert.FromBase64String(TheSystem.ReplicateSecret["whsec_".Length..]), Encoding.UTF8.GetBytes($"{id}.{time}.{content}")));
        using var http = Door.Vsl.Open(TheSystem.Gateway, credential: null);
        var unsigned = await Exchange.SendAsync(http, HttpMethod.Post, "webhook/replicate", Json(content));
        http.DefaultRequestHeaders.Add("webhook-id", id);
        http.DefaultRequestHeaders.Add("webhook-timestamp", $"{time}");
        http.DefaultRequestHeaders.Add("webhook-signature", $"v1,{signature}");
        var signed = await Exchange.SendAsync(http, HttpMethod.Post, "webhook/replicate", Json(content));
        var repeated = await Exchange.SendAsync(http, HttpMethod.Post, "webhook/replicate", Json(content));
        Assert.That((unsigned.Status, signed.Status, repeated.Status), Is.EqualTo((HttpStatusCode.Unauthorized, HttpStatusCode.OK, HttpStatusCode.OK)), signed.Text);
    }

    /// <summary>A request counts for its user even when it is wrong in another way, so that the hundred cost nothing.</summary>
    static async Task LimitsAsync(Block headers, Block example)
    {
        using var customer = await TheSystem.NewCustomerAsync();
        using var http = customer.Open(Door.Vsl);
        const string Wrong = """{"userId":"busy","mediaType":"image","modelId":"flux-schnell","parameters":{}}""";
        Answer last = null!;
        for (var number = 0; number < 100; number++) last = (await PostAsync(http, Wrong)).Expect(HttpStatusCode.BadRequest);
        var refused = (await PostAsync(http, Wrong)).Expect(HttpStatusCode.TooManyRequests);
        var names = headers.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(':')[0]).ToList();
        Assert.Multiple(() =>
        {
            Assert.That(names.Where(name => !last.Headers.Contains(name) || !refused.Headers.Contains(name)), Is.Empty);
            Assert.That((last.Headers.GetValues("X-RateLimit-Limit").Single(), last.Headers.GetValues("X-RateLimit-Remaining").Single()), Is.EqualTo(("100", "0")));
        });
        Sample.AssertShape(example, refused.Json, ["details", "code"]);
        Assert.That(refused["error"], Is.EqualTo(Example.Read(example)["error"]!.GetValue<string>()));
    }

    static async Task ErrorAsync(Block example)
    {
        using var customer = await TheSystem.NewCustomerAsync();
        using var http = customer.Open(Door.Vsl);
        var refused = await Exchange.GetAsync(http, $"status/{Guid.CreateVersion7()}");
        Sample.AssertShape(example, refused.Expect(HttpStatusCode.NotFound).Json);
        Assert.That(refused["code"], Is.EqualTo("JOB_NOT_FOUND"));
    }

    static async Task WebhookAsync(Block example)
    {
        using var customer = await TheSystem.NewCustomerAsync();
        await using var sink = await WebhookSink.StartAsync();
        await customer.Native.PostAsync<object>("/v1/webhooks/endpoints", new { url = sink.Address + "/hook", format = "vsl", events = new[] { "job.completed" } });
        using var http = customer.Open(Door.Vsl);
        await PostAsync(http, SmallPicture);
        var received = await TheSystem.UntilAsync(() => sink.Received.Count > 0 ? sink.Received[0] : null, TimeSpan.FromSeconds(60));
        var body = JsonNode.Parse(received.Body)!;
        Sample.AssertShape(example, body, ["result.*"]);
        Assert.That((body["event"]!.GetValue<string>(), body["userId"]!.GetValue<string>()), Is.EqualTo(("job.completed", "user123")));
    }

    /// <summary>
    /// The function reads <c>baseUrl</c> from around it, and sends no key although the document says that every request carries one: the
    /// fetch around it adds that.
    /// </summary>
    static async Task PollingAsync(Block block)
    {
        using var customer = await TheSystem.NewCustomerAsync();
        using var http = customer.Open(Door.Vsl);
        var id = JobStory.NativeId((await PostAsync(http, SmallPicture))["jobId"]);
        var run = await SampleProgram.RunAsync(SampleProgram.Node, block.Text, Around(customer),
            $"waitForCompletion('{id}').then(result => console.log('Result:', result.originalUrl));\n");
        Assert.That(run.Output, Does.StartWith("Result: http"), run.ToString());
    }

    /// <summary>The statement stands in a function of the program around it, which has <c>generateMedia</c>, <c>retry</c> and <c>retryWithBackoff</c>.</summary>
    static async Task ErrorHandlingAsync(Block block, Block polling)
    {
        using var customer = await TheSystem.NewCustomerAsync();
        var before = Around(customer) + polling.Text + """
            async function generateMedia(params) {
              const response = await fetch(`${baseUrl}/generate-media`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(params) });
              const body = await response.json();
              if (!response.ok) throw Object.assign(new Error(body.error), { status: response.status, retryAfter: body.retryAfter });
              return body;
            }
            const retry = () => console.log('retry'), retryWithBackoff = () => console.log('retry with back-off');
            async function sample(params) {

            """;
        var run = await SampleProgram.RunAsync(SampleProgram.Node, block.Text, before, $$"""
            }
            sample({{SmallPicture}}).then(() => sample({}));
            """);
        Assert.Multiple(() =>
        {
            Assert.That(run.Output, Does.StartWith("Generated media: http"), run.ToString());
            Assert.That(run.Errors, Does.StartWith("Generation failed: Error: Invalid parameters").And.Contain("status: 400"), run.ToString());
        });
    }

    /// <summary>It awaits at its top level, which a program with <c>require</c> may only do in a function.</summary>
    static async Task NodeSdkAsync(Block block)
    {
        using var customer = await TheSystem.NewCustomerAsync();
        var text = block.With((BaseUrl, Door.Vsl.BaseUrl(TheSystem.Gateway)), ("./vsl-client", Path.Combine(Repository.Root, "clients", "js", "vsl-client")));
        var run = await SampleProgram.RunAsync(
            SampleProgram.Node, text, "(async () => {\n", "})();\n", environment: new Dictionary<string, string> { ["VSL_API_KEY"] = customer.LiveKey });
        Assert.That(run.Output, Does.StartWith("Image URL: http"), run.ToString());
    }

    /// <summary>It uses <c>os</c> without importing it.</summary>
    static async Task PythonSdkAsync(Block block)
    {
        using var customer = await TheSystem.NewCustomerAsync();
        var text = block.With((BaseUrl, Door.Vsl.BaseUrl(TheSystem.Gateway)), ("https://example.com/input.jpg", TheSystem.Files.UrlOf("picture.jpg")));
        var run = await SampleProgram.RunAsync(SampleProgram.Python, text, "import os\n", environment: new Dictionary<string, string>
        {
            ["VSL_API_KEY"] = customer.LiveKey,
            ["PYTHONPATH"] = Path.Combine(Repository.Root, "clients", "python"),
            ["PYTHONDONTWRITEBYTECODE"] = "1",
        });
        Assert.That(run.Output, Does.StartWith("Video URL: http"), run.ToString());
    }

    static string Around(Customer customer) => $$"""
        const baseUrl = '{{Door.Vsl.BaseUrl(TheSystem.Gateway)}}';
        const plainFetch = globalThis.fetch;
        const fetch = (url, options = {}) => plainFetch(url, { ...options, headers: { ...options.headers, 'X-API-Key': '{{customer.LiveKey}}' } });

        """;

    static Task<Answer> PostAsync(HttpClient http, string body) => Exchange.SendAsync(http, HttpMethod.Post, "generate-media", Json(body));

    static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");
}
