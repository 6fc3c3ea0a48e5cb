using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using VideoGen.System.Tests.Stage;

namespace VideoGen.System.Tests.Documents;

/// <summary><c>visualizr.md</c>: every request and answer, the WebSocket sample and its messages, the Python client.</summary>
static class VisualizrSamples
{
    /// <summary>What the document calls the server.</summary>
    const string OwnAddress = "localhost:8002";

    /// <summary>The size is taken smaller where a render is waited for.</summary>
    static readonly Replacement[] Small = [("\"width\": 1024", "\"width\": 256"), ("\"height\": 1024", "\"height\": 256")];

    static readonly Document Text = Document.Read("visualizr");

    public static IReadOnlyList<Sample> All { get; } =
    [
        Sample.Nothing(Text, "Base URL [1]", "an address"),
        Sample.Nothing(Text, "Headers [1]", "headers; every request below carries them"),
        Sample.Of(Text, "Generate Video from Text [1]", "Generate Video from Text [2]", "Generate Video from Text [3]", SubmitAsync),
        Sample.Of(Text, "Generate Video from Image [1]", "Generate Video from Image [2]", "Generate Video from Image [3]", FromImageAsync),
        Sample.Of(Text, "Generate Character Animation [1]", "Generate Character Animation [2]", "Generate Character Animation [3]", SubmitAsync),
        Sample.Of(Text, "Get Generation Status [1]", "Get Generation Status [2]", ProcessingAsync),
        Sample.Of(Text, "Get Generation Status [3]", CompletedAsync),
        Sample.Of(Text, "Get Generation Status [4]", FailedAsync),
        Sample.Of(Text, "Cancel Generation [1]", "Cancel Generation [2]", CancelAsync),
        Sample.Of(Text, "List Available Models [1]", "List Available Models [2]", ModelsAsync),
        Sample.Of(Text, "Get Model Details [1]", "Get Model Details [2]", ModelAsync),
        Sample.Of(Text, "Load Model [1]", "Load Model [2]", LoadAsync),
        Sample.Of(Text, "Unload Model [1]", "Unload Model [2]", UnloadAsync),
        Sample.Of(Text, "List Generated Videos [1]", "List Generated Videos [2]", VideosAsync),
        Sample.Of(Text, "Get Video Details [1]", "Get Video Details [2]", VideoAsync),
        Sample.Of(Text, "Delete Video [1]", "Delete Video [2]", DeleteAsync),
        Sample.Of(Text, "Health Check [1]", "Health Check [2]", HealthAsync),
        Sample.Of(Text, "System Metrics [1]", "System Metrics [2]", MetricsAsync),
        Sample.Of(Text, "Real-time Generation Updates [1]", SocketSampleAsync),
        Sample.Of(Text, "Subscribe to Updates [1]", "Progress Update [1]", "Completion Notification [1]", MessagesAsync),
        Sample.Of(Text, "Python SDK [1]", PythonSdkAsync),
    ];

    static async Task SubmitAsync(Block request, Block body, Block example)
    {
        using var customer = await TheSystem.NewCustomerAsync();
        using var http = customer.Open(Door.Visualizr);
        using var held = TheSystem.Shared.Vendor.Hold();
        var accepted = (await Exchange.SendAsync(http, request, Example.Read(body))).Expect(HttpStatusCode.OK);
        Sample.AssertShape(example, accepted.Json);
        await customer.CancelledAsync(JobStory.NativeId(accepted["request_id"]));
    }

    /// <summary>The form's fields stand there as lines, <c>name: value</c>, the file in brackets.</summary>
    static async Task FromImageAsync(Block request, Block fields, Block example)
    {
        using var customer = await TheSystem.NewCustomerAsync();
        using var http = customer.Open(Door.Visualizr);
        using var held = TheSystem.Shared.Vendor.Hold();
        using var form = new MultipartFormDataContent();
        foreach (var (name, value) in fields.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => (line.Split(": ")[0], line.Split(": ")[1])))
        {
            if (value == "[image file]") form.Add(TheSystem.Files.Part("picture.jpg"), name, "picture.jpg");
            else form.Add(new StringContent(value.Trim('"')), name);
        }

        var accepted = (await Exchange.SendAsync(http, HttpMethod.Post, request.Text.Trim()["POST /".Length..], form)).Expect(HttpStatusCode.OK);
        Sample.AssertShape(example, accepted.Json);
        await customer.CancelledAsync(JobStory.NativeId(accepted["request_id"]));
    }

    static async Task ProcessingAsync(Block request, Block example)
    {
        using var customer = await TheSystem.NewCustomerAsync();
        using var http = customer.Open(Door.Visualizr);
        using var held = TheSystem.Shared.Vendor.Hold();
        var id = await GenerateAsync(http);
        await customer.RunningAsync(JobStory.NativeId(id));
        var status = await Exchange.SendAsync(http, request, body: null, ("{request_id}", id));
        Sample.AssertShape(example, status.Json);
        Assert.That(status["status"], Is.EqualTo("processing"));
        await customer.CancelledAsync(JobStory.NativeId(id));
    }

    static async Task CompletedAsync(Block example)
    {
        using var customer = await TheSystem.NewCustomerAsync();
        using var http = customer.Open(Door.Visualizr);
        var status = await Exchange.GetAsync(http, $"api/v1/generate/status/{await CompletedIdAsync(customer, http)}");
        Sample.AssertShape(example, status.Json);
        foreach (var link in new[] { "video_url", "thumbnail_url", "preview_gif_url" })
            (await Exchange.GetAsync(http, status.Json!["result"]![link]!.GetValue<string>()[1..])).Expect(HttpStatusCode.OK);
    }

    static async Task FailedAsync(Block example)
    {
        using var customer = await TheSystem.NewCustomerAsync();
        using var http = customer.Open(Door.Visualizr);
        using var broken = TheSystem.Shared.Vendor.Break();
        var id = await GenerateAsync(http);
        await customer.FailedAsync(JobStory.NativeId(id));
        var status = await Exchange.GetAsync(http, $"api/v1/generate/status/{id}");
        Sample.AssertShape(example, status.Json);
        Assert.That(status.Json!["error"]!["code"]!.GetValue<string>(), Is.EqualTo("GENERATION_FAILED"));
    }

    static async Task CancelAsync(Block request, Block example)
    {
        using var customer = await TheSystem.NewCustomerAsync();
        using var http = customer.Open(Door.Visualizr);
        using var held = TheSystem.Shared.Vendor.Hold();
        var cancelled = await Exchange.SendAsync(http, request, body: null, ("{request_id}", await GenerateAsync(http)));
        Sample.AssertShape(example, cancelled.Expect(HttpStatusCode.OK).Json);
    }

    static async Task ModelsAsync(Block request, Block example)
    {
        using var customer = await TheSystem.NewCustomerAsync();
        using var http = customer.Open(Door.Visualizr);
        var models = await Exchange.SendAsync(http, request);
        // The model of the characters, which the document does not list, has no known figure.
        Sample.AssertShape(example, models.Json, absent: ["models[].gpu_memory_required_gb"]);
        Assert.That(models.Json!["models"]!.AsArray().Select(model => model!["id"]!.GetValue<string>()), Is.SupersetOf(new[] { "stable-video-diffusion", "animatediff" }));
    }

    /// <summary>After a job of the model: its performance is that of jobs that ran.</summary>
    static async Task ModelAsync(Block request, Block example)
    {
        using var customer = await TheSystem.NewCustomerAsync();
        using var http = customer.Open(Door.Visualizr);
        await CompletedIdAsync(customer, http);
        var model = await TheSystem.UntilAsync(async () =>
        {
            var answer = await Exchange.SendAsync(http, request, body: null, ("{model_id}", "stable-video-diffusion"));
            return answer.Json!["performance"]!["total_generations"]!.GetValue<long>() > 0 ? answer : null;
        }, TimeSpan.FromSeconds(60));
        Sample.AssertShape(example, model.Json, ["parameters.*", "parameters.guidance_scale.*", "parameters.num_inference_steps.*"], optional: true);
    }

    static async Task LoadAsync(Block request, Block example)
    {
        using var customer = await TheSystem.NewCustomerAsync();
        using var http = customer.Open(Door.Visualizr);
        var loading = await Exchange.SendAsync(http, request, body: null, ("{model_id}", "stable-video-diffusion"));
        Sample.AssertShape(example, loading.Expect(HttpStatusCode.OK).Json);
    }

    static async Task UnloadAsync(Block request, Block example)
    {
        using var customer = await TheSystem.NewCustomerAsync();
        using var http = customer.Open(Door.Visualizr);
        await LoadedAsync(http);
        var unloaded = await Exchange.SendAsync(http, request, body: null, ("{model_id}", "stable-video-diffusion"));
        Sample.AssertShape(example, unloaded.Expect(HttpStatusCode.OK).Json);
    }

    static async Task VideosAsync(Block request, Block example)
    {
        using var customer = await TheSystem.NewCustomerAsync();
        using var http = customer.Open(Door.Visualizr);
        await CompletedIdAsync(customer, http);
        Sample.AssertShape(example, (await Exchange.SendAsync(http, request)).Json);
    }

    static async Task VideoAsync(Block request, Block example)
    {
        using var customer = await TheSystem.NewCustomerAsync();
        using var http = customer.Open(Door.Visualizr);
        var id = JobStory.NativeId(await CompletedIdAsync(customer, http));
        var video = await Exchange.SendAsync(http, request, body: null, ("{video_id}", $"video_{id}"));
        Sample.AssertShape(example, video.Json, ["parameters.*"], ["generation_info.gpu_memory_used_gb"], optional: true);
    }

    static async Task DeleteAsync(Block request, Block example)
    {
        using var customer = await TheSystem.NewCustomerAsync();
        using var http = customer.Open(Door.Visualizr);
        var id = await CompletedIdAsync(customer, http);
        var file = (await Exchange.GetAsync(http, $"api/v1/generate/status/{id}")).Json!["result"]!["video_url"]!.GetValue<string>()[1..];
        var deleted = await Exchange.SendAsync(http, request, body: null, ("{video_id}", $"video_{JobStory.NativeId(id)}"));
        Sample.AssertShape(example, deleted.Json);
        Assert.That(deleted.Json!["freed_space_bytes"]!.GetValue<long>(), Is.Positive);
        (await Exchange.GetAsync(http, file)).Expect(HttpStatusCode.NotFound);
    }

    /// <summary>Without a key, and without a GPU: none is configured here, so that no device is listed.</summary>
    static async Task HealthAsync(Block request, Block example)
    {
        using var customer = await TheSystem.NewCustomerAsync();
        using (var http = customer.Open(Door.Visualizr)) await LoadedAsync(http);
        using var anonymous = Door.Visualizr.Open(TheSystem.Gateway, credential: null);
        var health = await TheSystem.UntilAsync(async () =>
        {
            var answer = await Exchange.SendAsync(anonymous, request);
            return answer.Json!["loaded_models"]!.AsArray().Count > 0 ? answer : null;
        }, TimeSpan.FromSeconds(60));
        Sample.AssertShape(example, health.Expect(HttpStatusCode.OK).Json, absent: ["gpu_info.devices[]"]);
        Assert.That(health["status"], Is.EqualTo("healthy"));
    }

    static async Task MetricsAsync(Block request, Block example)
    {
        using var customer = await TheSystem.NewCustomerAsync();
        using var http = customer.Open(Door.Visualizr);
        await CompletedIdAsync(customer, http);
        using var form = new MultipartFormDataContent { { TheSystem.Files.Part("picture.jpg"), "image", "picture.jpg" }, { new StringContent("1"), "duration_seconds" } };
        var animated = await Exchange.SendAsync(http, HttpMethod.Post, "api/v1/generate/video/from-image", form);
        await customer.CompletedAsync(JobStory.NativeId(animated["request_id"]));
        var metrics = await TheSystem.UntilAsync(async () =>
        {
            var answer = await Exchange.SendAsync(http, request);
            return answer.Json!["models"]!.AsObject().Count == 2 ? answer : null;
        }, TimeSpan.FromSeconds(60));
        Sample.AssertShape(example, metrics.Json);
    }

    /// <summary>
    /// The sample sends before the socket is open, which every WebSocket refuses: the one around it keeps what is sent until then. After the first news it
    /// is closed, so that the program ends. The key stands in the address, as for browsers.
    /// </summary>
    static async Task SocketSampleAsync(Block block)
    {
        using var customer = await TheSystem.NewCustomerAsync();
        using var http = customer.Open(Door.Visualizr);
        using var held = TheSystem.Shared.Vendor.Hold();
        var id = await GenerateAsync(http);
        await customer.RunningAsync(JobStory.NativeId(id));
        var run = await SampleProgram.RunAsync(SampleProgram.Node, block.With(
            ($"ws://{OwnAddress}/api/v1/ws/generation", $"{Socket()}?token={customer.LiveKey}"), ("video_req_123", id)), before: """
            const { WebSocket: Plain } = require('ws');
            class WebSocket extends Plain { send(text) { if (this.readyState === Plain.CONNECTING) this.once('open', () => super.send(text)); else super.send(text); } }

            """, after: """
            ws.addEventListener('message', () => ws.close());
            setTimeout(() => process.exit(1), 60000).unref();

            """);
        Assert.That(run.Output, Does.Match("^Progress: \\d+ %"), run.ToString());
        await customer.CancelledAsync(JobStory.NativeId(id));
    }

    static async Task MessagesAsync(Block subscribe, Block progress, Block completion)
    {
        using var customer = await TheSystem.NewCustomerAsync();
        using var http = customer.Open(Door.Visualizr);
        using var held = TheSystem.Shared.Vendor.Hold();
        var id = await GenerateAsync(http);
        await customer.RunningAsync(JobStory.NativeId(id));
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", $"Bearer {customer.LiveKey}");
        await socket.ConnectAsync(new Uri(Socket()), CancellationToken.None);
        await socket.SendAsync(Encoding.UTF8.GetBytes(subscribe.With(("video_req_123", id))), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        Sample.AssertShape(progress, await ReceiveAsync(socket));
        held.Dispose();
        JsonNode last;
        do last = await ReceiveAsync(socket);
        while (last["type"]!.GetValue<string>() == "progress");
        Sample.AssertShape(completion, last, ["result.*"], optional: true);
        Assert.That((last["type"]!.GetValue<string>(), last["request_id"]!.GetValue<string>()), Is.EqualTo(("completed", id)));
    }

    static async Task PythonSdkAsync(Block block)
    {
        using var customer = await TheSystem.NewCustomerAsync();
        var run = await SampleProgram.RunAsync(
            SampleProgram.Python, block.With(($"http://{OwnAddress}", Door.Visualizr.BaseUrl(TheSystem.Gateway)), ("your-api-key", customer.LiveKey)));
        Assert.That(run.Output, Does.StartWith("Video URL: /assets/video/video_"), run.ToString());
    }

    static string Socket() => Door.Visualizr.BaseUrl(TheSystem.Gateway).Replace("http://", "ws://", StringComparison.Ordinal) + "/api/v1/ws/generation";

    static async Task<JsonNode> ReceiveAsync(ClientWebSocket socket)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var buffer = new byte[64 * 1024];
        var received = await socket.ReceiveAsync(buffer, limit.Token);
        return JsonNode.Parse(buffer.AsSpan(0, received.Count))!;
    }

    /// <summary>Asks for the model in memory and waits until it is.</summary>
    static async Task LoadedAsync(HttpClient http)
    {
        await Exchange.SendAsync(http, HttpMethod.Post, "api/v1/models/stable-video-diffusion/load");
        await TheSystem.UntilAsync(async () =>
        {
            var again = await Exchange.SendAsync(http, HttpMethod.Post, "api/v1/models/stable-video-diffusion/load");
            return again["status"] == "loaded" ? again : null;
        }, TimeSpan.FromSeconds(60));
    }

    static async Task<string> CompletedIdAsync(Customer customer, HttpClient http)
    {
        var id = await GenerateAsync(http);
        await customer.CompletedAsync(JobStory.NativeId(id));
        return id;
    }

    /// <summary>The document's own request, smaller.</summary>
    static async Task<string> GenerateAsync(HttpClient http)
    {
        var body = Text["Generate Video from Text [2]"];
        return (await Exchange.SendAsync(http, Text["Generate Video from Text [1]"], Example.Read(body.With(Small), body.ToString()))).Expect(HttpStatusCode.OK)["request_id"];
    }
}
