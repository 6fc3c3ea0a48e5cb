using System.Net;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using VideoGen.Jobs.Contracts;
using VideoGen.System.Tests.Stage;

namespace VideoGen.System.Tests.Dialects;

/// <summary>Visualizr's WebSocket, health, metrics and models in memory, through the running system.</summary>
[TestFixture]
public sealed class Watching_and_running_Visualizr
{
    const string Svd = "stable-video-diffusion";

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    [Test]
    public async Task A_real_job_tells_of_itself_as_the_document_has_it()
    {
        using var customer = await TheSystem.NewCustomerAsync();
        using var visualizr = customer.Open(Door.Visualizr);
        using var ws = await ConnectAsync(customer.LiveKey);
        string requestId;
        List<JsonElement> messages;
        using (TheSystem.Shared.Vendor.Hold())
        {
            requestId = await GenerateAsync(visualizr);
            await SubscribeAsync(ws, requestId);
            var first = await ReceiveAsync(ws);
            Assert.That(first.GetProperty("type").GetString(), Is.EqualTo("progress"));
            messages = [first];
        }
        while (messages[^1].GetProperty("type").GetString() == "progress") messages.Add(await ReceiveAsync(ws));

        Assert.Multiple(() =>
        {
            foreach (var progress in messages[..^1])
            {
                Assert.That(progress.EnumerateObject().Select(member => member.Name),
                    Is.EqualTo(new[] { "type", "request_id", "status", "progress", "current_step", "estimated_remaining_seconds" }));
                Assert.That(progress.GetProperty("status").GetString(), Is.EqualTo("processing"));
                Assert.That(progress.GetProperty("current_step").GetString(), Is.AnyOf("queued", "model_loading", "frame_generation", "encoding", "storing"));
            }
            Assert.That(messages.Select(message => message.GetProperty("request_id").GetString()), Is.All.EqualTo(requestId));
            Assert.That(messages[..^1].Select(message => message.GetProperty("progress").GetInt32()), Is.Ordered);
            Assert.That(messages[^1].GetProperty("type").GetString(), Is.EqualTo("completed"));
            Assert.That(messages[^1].EnumerateObject().Select(member => member.Name), Is.EqualTo(new[] { "type", "request_id", "result" }));
            Assert.That(messages[^1].GetProperty("result").EnumerateObject().Select(member => member.Name), Is.EqualTo(new[] { "video_url", "thumbnail_url" }));
        });

        var status = await visualizr.GetFromJsonAsync<JsonElement>($"api/v1/generate/status/{requestId}");
        Assert.That(status.GetProperty("status").GetString(), Is.EqualTo("completed"));
        await SubscribeAsync(ws, requestId);
        Assert.That((await ReceiveAsync(ws)).GetProperty("type").GetString(), Is.EqualTo("completed"), "a finished one answers at once");
    }

    [Test]
    public async Task Ends_of_every_kind_come_and_somebody_else_s_never()
    {
        using var customer = await TheSystem.NewCustomerAsync();
        using var stranger = await TheSystem.NewCustomerAsync();
        using var visualizr = customer.Open(Door.Visualizr, customer.TestKey);
        using var ws = await ConnectAsync(customer.TestKey);
        using var theirs = await ConnectAsync(stranger.LiveKey);
        var failing = await customer.Tests.SubmitAsync(new { model = Svd, input = new { prompt = "a cat" }, simulate = new { fail_with = "content_rejected", fail_at_percent = 50 } });
        var stalling = await customer.Tests.SubmitAsync(new { model = Svd, input = new { prompt = "a cat" }, simulate = new { stall_at_percent = 10 } });
        await SubscribeAsync(theirs, $"video_req_{stalling.Id}");
        Assert.That((await ReceiveAsync(theirs)).GetProperty("error").GetProperty("code").GetString(), Is.EqualTo("REQUEST_NOT_FOUND"));
        await SubscribeAsync(ws, $"video_req_{failing.Id}");
        await SubscribeAsync(ws, $"video_req_{stalling.Id}");
        var failed = await EndOfAsync(ws, failing.Id);
        Assert.That(failed.GetProperty("type").GetString(), Is.EqualTo("failed"));
        Assert.That(failed.GetProperty("error").GetProperty("code").GetString(), Is.EqualTo("GENERATION_FAILED"));
        (await visualizr.DeleteAsync($"api/v1/generate/video_req_{stalling.Id}")).Dispose();
        Assert.That((await EndOfAsync(ws, stalling.Id)).GetProperty("type").GetString(), Is.EqualTo("cancelled"));
    }

    [Test]
    public async Task Models_are_loaded_and_unloaded_and_health_tells()
    {
        using var customer = await TheSystem.NewCustomerAsync();
        using var visualizr = customer.Open(Door.Visualizr);
        using var anybody = Door.Visualizr.Open(TheSystem.Gateway, credential: null);
        // Whatever others have left there.
        foreach (var model in (string[])[Svd, "animatediff", "character-animation"]) (await visualizr.PostAsync($"api/v1/models/{model}/unload", content: null)).Dispose();
        using (var load = await visualizr.PostAsync($"api/v1/models/{Svd}/load", content: null))
        {
            var answer = await load.Content.ReadFromJsonAsync<JsonElement>();
            Assert.That(load.StatusCode, Is.EqualTo(HttpStatusCode.OK), answer.ToString());
            Assert.That(answer.EnumerateObject().Select(member => member.Name), Is.EqualTo(new[] { "model_id", "status", "estimated_load_time_seconds", "started_at" }));
            Assert.That((answer.GetProperty("model_id").GetString(), answer.GetProperty("estimated_load_time_seconds").GetInt32()), Is.EqualTo((Svd, 15)));
        }
        var health = await TheSystem.UntilAsync(async () =>
        {
            var seen = await anybody.GetFromJsonAsync<JsonElement>("api/v1/health");
            return seen.GetProperty("loaded_models").EnumerateArray().Any(model => model.GetProperty("id").GetString() == Svd) ? seen : (JsonElement?)null;
        }, Patience);
        Assert.Multiple(() =>
        {
            Assert.That(health.EnumerateObject().Select(member => member.Name),
                Is.EqualTo(new[] { "status", "timestamp", "version", "uptime_seconds", "gpu_info", "loaded_models", "queue_status" }));
            Assert.That(health.GetProperty("status").GetString(), Is.EqualTo("healthy"));
            Assert.That(health.GetProperty("gpu_info").GetRawText(), Is.EqualTo("""{"available":false,"count":0,"devices":[]}"""));
            Assert.That(health.GetProperty("queue_status").EnumerateObject().Select(member => member.Value.GetInt64()), Is.All.GreaterThanOrEqualTo(0));
        });

        // The shared system's memory takes one of the two.
        using (var second = await visualizr.PostAsync("api/v1/models/animatediff/load", content: null))
            await AssertAsync(second, HttpStatusCode.InsufficientStorage,
                """{"error":{"code":"INSUFFICIENT_GPU_MEMORY","message":"Not enough GPU memory available","details":"The model needs 6 GB of memory; 5 GB are free."}}""");
        using (var unload = await visualizr.PostAsync($"api/v1/models/{Svd}/unload", content: null))
        {
            var answer = await unload.Content.ReadFromJsonAsync<JsonElement>();
            Assert.That(answer.EnumerateObject().Select(member => member.Name), Is.EqualTo(new[] { "model_id", "status", "freed_memory_gb", "unloaded_at" }));
            Assert.That(answer.GetProperty("freed_memory_gb").GetDouble(), Is.GreaterThan(0));
        }
        using (TheSystem.Shared.Vendor.Break())
        using (var broken = await visualizr.PostAsync("api/v1/models/character-animation/load", content: null))
            await AssertAsync(broken, HttpStatusCode.InternalServerError,
                """{"error":{"code":"MODEL_LOAD_FAILED","message":"Failed to load generation model","details":"The model's sample could not be rendered."}}""");
    }

    [Test]
    public async Task A_part_that_is_away_shows_in_the_health()
    {
        using var anybody = Door.Visualizr.Open(TheSystem.Gateway, credential: null);
        using (TheSystem.Shared.Cut("jobs"))
        {
            var answer = await TheSystem.UntilAsync(async () =>
            {
                using var health = await anybody.GetAsync("api/v1/health");
                return health.StatusCode == HttpStatusCode.ServiceUnavailable ? await health.Content.ReadFromJsonAsync<JsonElement>() : (JsonElement?)null;
            }, Patience);
            Assert.That(answer.GetProperty("status").GetString(), Is.EqualTo("unhealthy"));
            Assert.That(answer.GetProperty("queue_status").GetRawText(), Is.EqualTo("""{"pending_requests":null,"processing_requests":null,"completed_today":null}"""));
        }
    }

    [Test]
    public async Task Metrics_count_what_the_account_did_through_any_API()
    {
        using var customer = await TheSystem.NewCustomerAsync();
        var done = await customer.Tests.SubmitAsync(new { model = Svd, input = new { prompt = "a cat" }, simulate = new { instant = true } });
        var failed = await customer.Tests.SubmitAsync(new { model = "veo3", input = new { prompt = "a cat" }, simulate = new { fail_with = "provider_failed" } });
        foreach (var job in (JobView[])[done, failed]) await customer.Tests.WaitForEndAsync(job.Id, Patience);
        using var visualizr = customer.Open(Door.Visualizr, customer.TestKey);
        var metrics = await TheSystem.UntilAsync(async () =>
        {
            var seen = await visualizr.GetFromJsonAsync<JsonElement>("api/v1/metrics");
            return seen.GetProperty("models").TryGetProperty("veo3", out _) && seen.GetProperty("storage").GetProperty("total_videos").GetInt64() == 1 ? seen : (JsonElement?)null;
        }, Patience);
        Assert.Multiple(() =>
        {
            Assert.That(metrics.GetProperty("requests").GetRawText(), Is.EqualTo("""{"total":2,"today":2,"per_hour":0.1,"success_rate_percent":50}"""));
            Assert.That(metrics.GetProperty("models").GetProperty(Svd).GetProperty("success_rate").GetDouble(), Is.EqualTo(100));
            Assert.That(metrics.GetProperty("models").GetProperty("veo3").GetProperty("success_rate").GetDouble(), Is.EqualTo(0));
            Assert.That(metrics.GetProperty("generation").GetProperty("slowest_time_seconds").GetDouble(), Is.GreaterThan(0));
            Assert.That(metrics.GetProperty("storage").GetProperty("available_space_gb").GetDouble(), Is.GreaterThan(0));
        });
        using var live = customer.Open(Door.Visualizr);
        Assert.That((await live.GetFromJsonAsync<JsonElement>("api/v1/metrics")).GetProperty("requests").GetProperty("total").GetInt64(), Is.Zero, "of live keys there are none");
    }

    static async Task<string> GenerateAsync(HttpClient visualizr)
    {
        using var answer = await visualizr.PostAsJsonAsync("api/v1/generate/video", new { prompt = "A serene mountain landscape at sunset with golden light", width = 256, height = 256, model = Svd });
        var shape = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.That(answer.IsSuccessStatusCode, Is.True, shape.ToString());
        return shape.GetProperty("request_id").GetString()!;
    }

    static async Task<ClientWebSocket> ConnectAsync(string key)
    {
        var ws = new ClientWebSocket();
        ws.Options.SetRequestHeader("Authorization", $"Bearer {key}");
        await ws.ConnectAsync(new Uri(Door.Visualizr.BaseUrl(TheSystem.Gateway).Replace("http://", "ws://", StringComparison.Ordinal) + "/api/v1/ws/generation"), CancellationToken.None);
        return ws;
    }

    static async Task SubscribeAsync(ClientWebSocket ws, string requestId) =>
        await ws.SendAsync(Encoding.UTF8.GetBytes($$"""{"type": "subscribe", "request_id": "{{requestId}}"}"""), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);

    static async Task<JsonElement> ReceiveAsync(ClientWebSocket ws)
    {
        using var limit = new CancellationTokenSource(Patience);
        var buffer = new byte[8192];
        var message = await ws.ReceiveAsync(buffer.AsMemory(), limit.Token);
        Assert.That((message.MessageType, message.EndOfMessage), Is.EqualTo((WebSocketMessageType.Text, true)), $"{ws.CloseStatus} {ws.CloseStatusDescription}");
        return JsonElement.Parse(buffer.AsSpan(0, message.Count));
    }

    static async Task<JsonElement> EndOfAsync(ClientWebSocket ws, Guid id)
    {
        while (true)
        {
            var message = await ReceiveAsync(ws);
            if (message.GetProperty("type").GetString() != "progress" && message.GetProperty("request_id").GetString() == $"video_req_{id}") return message;
        }
    }

    static async Task AssertAsync(HttpResponseMessage answer, HttpStatusCode status, string body)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.Multiple(() =>
        {
            Assert.That(answer.StatusCode, Is.EqualTo(status), text);
            Assert.That(JsonNode.DeepEquals(JsonNode.Parse(text), JsonNode.Parse(body)), Is.True, text);
        });
    }
}
