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
    static readonly string[] Work = ["due work generation", "due work ingest", "due work webhook-delivery", "webhook attempt"];

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
            ["OTEL_BLRP_SCHEDULE_DELAY"] = "500",
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "1000",
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
        // A span is sent when it ends, in the next batch: the call's before the work's that made it, and each service in its own time.
        await TheSystem.UntilAsync(() => HasEnded(otlp.Trace(traceId), webhook) ? otlp : null, TimeSpan.FromSeconds(20));
        var spans = otlp.Trace(traceId);
        Assert.Multiple(() =>
        {
            Assert.That(spans.Select(span => span.Service).Distinct(),
                Is.SupersetOf(new[] { "gateway", "jobs", "accounts", "providers", "storage" }));
            Assert.That(spans.Select(span => span.Scope).Distinct(), Is.SupersetOf(new[] { "Microsoft.AspNetCore", "System.Net.Http", "MassTransit", "Npgsql" }));
        });
        AssertCarriesTheJobsId(spans, job.Id, webhook);
        Assert.That(webhooks.Received[0].Headers, Has.None.EqualTo("traceparent").IgnoreCase.And.None.EqualTo("tracestate").IgnoreCase,
            "the receiver is told nothing of our traces");
        await AssertTellsOfWorkAloneAsync(otlp, job.Id);
    }

    static void AssertCarriesTheJobsId(IReadOnlyList<Span> spans, Guid job, string webhook) => Assert.Multiple(() =>
    {
        var marked = spans.Where(span => span.Tags.GetValueOrDefault("videogen.job.id") == job.ToString()).ToList();
        Assert.That(marked.Select(span => span.Service).Distinct(), Is.SupersetOf(new[] { "gateway", "jobs", "accounts", "providers", "storage" }));
        Assert.That(marked.Select(span => (span.Service, span.Scope, span.Name)), Has.Member(("gateway", "Microsoft.AspNetCore", "POST /v1/jobs")), "the request");
        Assert.That(marked.Where(span => span.Scope == "MassTransit").Select(span => span.Service).Distinct(),
            Is.SupersetOf(new[] { "jobs", "accounts", "providers", "storage" }), "the consumers");
        Assert.That(marked.Select(span => span.Name), Is.SupersetOf(Work), "the work");
        Assert.That(marked.Any(span => IsCallTo(span, webhook)), "the call of the webhook");
        Assert.That(spans.Select(span => span.Tags.GetValueOrDefault("videogen.job.id")).Distinct(), Is.SubsetOf(new[] { null, job.ToString() }), "no other job");
    });

    /// <summary>Everything that came while the system ran: its probes, polls and claims among it, had they been sent.</summary>
    static async Task AssertTellsOfWorkAloneAsync(OtlpSink otlp, Guid job)
    {
        await TheSystem.UntilAsync(() => otlp.Metrics.FirstOrDefault(metric => metric.Name == "videogen.outbox.lag"), TimeSpan.FromSeconds(20));
        var ownMetrics = otlp.Metrics.Where(metric => metric.Scope.StartsWith("VideoGen.", StringComparison.Ordinal)).ToList();
        Assert.Multiple(() =>
        {
            Assert.That(otlp.Spans.Where(span => span.Tags.GetValueOrDefault("url.path") is "/health" or "/alive"), Is.Empty, "probes");
            Assert.That(otlp.Spans.Where(span => span is { ParentId: "", Scope: "Npgsql" or "System.Net.Http" }), Is.Empty, "polls");
            Assert.That(otlp.Spans.Where(span => span.Name.Contains("health", StringComparison.OrdinalIgnoreCase)), Is.Empty, "probes by name");
            Assert.That(ownMetrics.Where(metric => metric.Unit.Length == 0 || metric.Description.Length == 0), Is.Empty, "every metric has a unit and a description");
            Assert.That(otlp.Metrics.Select(metric => metric.Name), Is.SupersetOf(new[] { "http.server.request.duration", "dotnet.gc.collections", "db.client.operation.duration" }));
            Assert.That(otlp.Lines.Where(line => line.Tags.ContainsKey("videogen.job.id")).Select(line => line.Tags["videogen.job.id"]).Distinct(),
                Is.SubsetOf(new[] { job.ToString() }));
        });
    }

    static bool HasEnded(IReadOnlyList<Span> spans, string webhook) =>
        spans.Any(span => IsCallTo(span, webhook)) && Work.All(work => spans.Any(span => span.Name == work));

    static bool IsCallTo(Span span, string port) =>
        span.Scope == "System.Net.Http" && span.Tags.Values.Any(value => value.Contains(port, StringComparison.Ordinal));
}
