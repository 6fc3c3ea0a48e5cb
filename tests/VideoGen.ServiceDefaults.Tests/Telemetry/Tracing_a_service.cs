using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Trace;
using VideoGen.ServiceDefaults.Callers;
using VideoGen.ServiceDefaults.Telemetry;
using VideoGen.Testing;

namespace VideoGen.ServiceDefaults.Tests.Telemetry;

/// <summary>Nothing listens at the address that telemetry goes to; what would be sent is looked at on its way.</summary>
[TestFixture]
[NonParallelizable]
public sealed class Tracing_a_service
{
    static readonly ActivitySource Work = new("VideoGen.Tests");
    static readonly Guid Job = Guid.CreateVersion7();

    readonly ConcurrentQueue<Activity> _spans = new();
    readonly ConcurrentQueue<(string Text, string? Job)> _lines = new();
    Service _service = null!;
    HttpClient _http = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _service = await Service.StartAsync(Map, Configure, new() { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://127.0.0.1:9" });
        // Its own requests are no calls of the service, so it takes no part in tracing.
        _http = new HttpClient(new SocketsHttpHandler { ActivityHeadersPropagator = null }) { BaseAddress = _service.Address };
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        _http.Dispose();
        await _service.DisposeAsync();
    }

    [SetUp]
    public void Forget()
    {
        _spans.Clear();
        _lines.Clear();
    }

    [TestCase("/health")]
    [TestCase("/alive")]
    public async Task Leaves_out_a_probe_and_what_it_causes(string path)
    {
        using var probe = await _http.GetAsync(path);
        await SendAsync(HttpMethod.Get, "/v1/other");
        Assert.That(Recorded, Is.EqualTo(["GET /v1/other", "work"]));
    }

    [Test]
    public async Task Leaves_out_a_poll_that_nothing_caused()
    {
        using (var poll = Work.StartActivity("poll", ActivityKind.Client))
        using (Work.StartActivity("statement", ActivityKind.Client)) Assert.That(poll?.Recorded, Is.Not.True);
        using (Work.StartActivity("due", ActivityKind.Internal)) { }
        await SendAsync(HttpMethod.Get, "/v1/other");
        Assert.That(Recorded, Is.EqualTo(["GET /v1/other", "work"]));
    }

    [Test]
    public void Begins_a_trace_at_a_message()
    {
        using (Work.StartActivity("sent", ActivityKind.Producer)) { }
        using (Work.StartActivity("received", ActivityKind.Consumer)) { }
        Assert.That(Recorded, Is.EqualTo(["received", "sent"]));
    }

    [Test]
    public async Task Marks_what_a_request_for_a_job_causes_with_the_jobs_id()
    {
        await SendAsync(HttpMethod.Get, $"/v1/jobs/{Job}");
        Assert.That(_spans.Select(span => span.GetTagItem("videogen.job.id")), Is.EqualTo([$"{Job}", $"{Job}"]));
    }

    [Test]
    public async Task Marks_the_request_that_makes_a_job_with_its_id()
    {
        await SendAsync(HttpMethod.Post, "/v1/jobs");
        Assert.That(_spans.Single(span => span.Kind == ActivityKind.Server).GetTagItem("videogen.job.id"), Is.EqualTo($"{Job}"));
    }

    [Test]
    public async Task Marks_no_other_request()
    {
        await SendAsync(HttpMethod.Get, "/v1/other");
        Assert.That(_spans.Select(span => span.GetTagItem("videogen.job.id")), Is.EqualTo(new object?[] { null, null }));
    }

    [Test]
    public async Task Marks_work_that_learns_its_job_later_from_there_on()
    {
        await SendAsync(HttpMethod.Get, "/v1/late");
        Assert.That(_spans.Select(span => (span.DisplayName, span.GetTagItem("videogen.job.id"))),
            Is.EquivalentTo(new[] { ("before", null), ("after", (object?)$"{Job}"), ("GET /v1/late", $"{Job}") }));
    }

    [Test]
    public async Task Marks_the_log_lines_of_a_job()
    {
        await SendAsync(HttpMethod.Get, $"/v1/jobs/{Job}");
        await SendAsync(HttpMethod.Get, "/v1/other");
        Assert.That(_lines.Where(line => line.Text == "working"), Is.EqualTo(new[] { ("working", $"{Job}"), ("working", (string?)null) }));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Tells_of_the_trace_only_where_the_handler_does(bool tells)
    {
        var propagator = tells ? DistributedContextPropagator.CreateDefaultPropagator() : DistributedContextPropagator.CreateNoOutputPropagator();
        using var http = new HttpClient(new SocketsHttpHandler { ActivityHeadersPropagator = propagator }) { BaseAddress = _service.Address };
        using var work = Work.StartActivity("work", ActivityKind.Producer);
        var seen = await http.GetStringAsync("/v1/seen");
        Assert.That(seen, tells ? Does.Contain(work!.TraceId.ToString()) : Is.Empty);
    }

    [TestCase("/v1/jobs/0198c0de-0000-7000-8000-000000000001", "0198c0de-0000-7000-8000-000000000001")]
    [TestCase("/admin/v1/jobs/0198c0de-0000-7000-8000-000000000001/events", "0198c0de-0000-7000-8000-000000000001")]
    [TestCase("/v1/jobs/0198c0de-0000-7000-8000-000000000001?wait=30", "0198c0de-0000-7000-8000-000000000001")]
    [TestCase("/internal/holds/0198c0de-0000-7000-8000-000000000001", "0198c0de-0000-7000-8000-000000000001")]
    [TestCase("/v1/jobs", null)]
    [TestCase("/v1/jobs/", null)]
    [TestCase("/v1/jobs/latest", null)]
    [TestCase("/v1/assets/0198c0de-0000-7000-8000-000000000001", null)]
    public void Knows_a_jobs_address(string path, string? expected) => Assert.That(JobTrace.InPath(path)?.ToString(), Is.EqualTo(expected));

    string[] Recorded => [.. _spans.Select(span => span.DisplayName).Order(StringComparer.Ordinal)];

    void Configure(WebApplicationBuilder builder)
    {
        builder.Services.ConfigureOpenTelemetryTracerProvider(traces => traces.AddProcessor(new Keeper(_spans)));
        builder.Services.ConfigureOpenTelemetryLoggerProvider(logs => logs.AddProcessor(new LineKeeper(_lines)));
        builder.Services.AddHealthChecks().AddCheck("work", () =>
        {
            using (Work.StartActivity("work")) return HealthCheckResult.Healthy();
        });
    }

    static void Map(WebApplication app)
    {
        var log = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("VideoGen.Tests");
        IResult Do()
        {
            using (Work.StartActivity("work")) log.LogInformation("working");
            return Results.Ok();
        }

        app.MapGet("/v1/jobs/{id:guid}", (Guid id) => Do()).OpenToPublic();
        app.MapGet("/v1/other", Do).OpenToPublic();
        app.MapGet("/v1/seen", (HttpRequest request) => $"{request.Headers.TraceParent}").OpenToPublic();
        app.MapPost("/v1/jobs", () => Results.Accepted($"/v1/jobs/{Job}")).OpenToPublic();
        app.MapGet("/v1/late", () =>
        {
            using (Work.StartActivity("before")) { }
            JobTrace.Mark(Job);
            using (Work.StartActivity("after")) { }
        }).OpenToPublic();
    }

    async Task SendAsync(HttpMethod method, string path)
    {
        var before = _spans.Count(span => span.Kind == ActivityKind.Server);
        using var request = new HttpRequestMessage(method, path);
        using var answer = await _http.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        // The server ends its span after the client has the answer.
        await Eventually.ThatAsync(() => _spans.Count(span => span.Kind == ActivityKind.Server) > before);
    }

    /// <summary>Keeps what an exporter would send.</summary>
    sealed class Keeper(ConcurrentQueue<Activity> spans) : BaseProcessor<Activity>
    {
        public override void OnEnd(Activity data)
        {
            if (data.Recorded) spans.Enqueue(data);
        }
    }

    sealed class LineKeeper(ConcurrentQueue<(string Text, string? Job)> lines) : BaseProcessor<LogRecord>
    {
        public override void OnEnd(LogRecord data) =>
            lines.Enqueue((data.FormattedMessage ?? "", (string?)data.Attributes?.FirstOrDefault(one => one.Key == "videogen.job.id").Value));
    }
}
