using System.Diagnostics;
using System.Net.Http.Json;
using VideoGen.HttpApi;
using VideoGen.Jobs.Contracts;
using VideoGen.System.Tests.Clients;

namespace VideoGen.System.Tests.Telemetry;

/// <summary>One trace id from the gateway's request to the webhook, across every process, the broker and the database.</summary>
[TestFixture]
public sealed class Following_one_job
{
    [Test]
    public async Task Shows_one_trace_from_the_request_to_the_webhook()
    {
        await using var otlp = await OtlpSink.StartAsync();
        await using var webhooks = await WebhookSink.StartAsync();
        await using var system = await TheSystem.StartAnotherAsync(new()
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = otlp.Address,
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_BSP_SCHEDULE_DELAY"] = "500",
        });
        using var developer = new NativeClient(system.Gateway, system.ApiKey);
        await developer.PostAsync<object>("/v1/webhooks/endpoints", new { url = webhooks.Address + "/hook", events = new[] { "job.completed" } });

        var traceId = ActivityTraceId.CreateRandom().ToString();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/jobs")
        {
            Content = JsonContent.Create(new { model = "wan2.1", input = new { prompt = "follow me", width = 320, height = 256, length = 17 } }, options: ApiJson.Options),
            Headers = { { "traceparent", $"00-{traceId}-{ActivitySpanId.CreateRandom()}-01" } },
        };
        using var answer = await developer.Http.SendAsync(request);
        var job = await answer.Content.ReadFromJsonAsync<JobView>(ApiJson.Options);
        var ended = await developer.WaitForEndAsync(job!.Id, TimeSpan.FromMinutes(2));
        Assert.That(ended.Status, Is.EqualTo(JobStatus.Completed), ended.Error?.ToString());
        await TheSystem.UntilAsync(() => webhooks.Received is [var first, ..] ? first : null, TimeSpan.FromSeconds(20));

        var webhook = new Uri(webhooks.Address).Port.ToString();
        await TheSystem.UntilAsync(() => otlp.Trace(traceId).FirstOrDefault(span => IsCallTo(span, webhook)), TimeSpan.FromSeconds(20));
        var spans = otlp.Trace(traceId);
        Assert.Multiple(() =>
        {
            Assert.That(spans.Select(span => span.Service).Distinct(),
                Is.SupersetOf(new[] { "gateway", "jobs", "accounts", "providers", "storage" }));
            Assert.That(spans.Select(span => span.Scope).Distinct(), Is.SupersetOf(new[] { "Microsoft.AspNetCore", "System.Net.Http", "MassTransit", "Npgsql" }));
        });
    }

    static bool IsCallTo(Span span, string port) =>
        span.Scope == "System.Net.Http" && span.Tags.Values.Any(value => value.Contains(port, StringComparison.Ordinal));
}
