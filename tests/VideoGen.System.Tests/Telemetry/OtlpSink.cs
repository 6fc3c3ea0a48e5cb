using System.Collections.Concurrent;
using System.IO.Compression;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace VideoGen.System.Tests.Telemetry;

/// <summary>One span as it came over OTLP.</summary>
sealed record Span(string Service, string Scope, string Name, string TraceId, string SpanId, string ParentId, IReadOnlyDictionary<string, string> Tags);

/// <summary>One line of a log as it came over OTLP.</summary>
sealed record LogLine(string Service, string Text, string TraceId, IReadOnlyDictionary<string, string> Tags);

/// <summary>One metric as it came over OTLP.</summary>
sealed record Metric(string Scope, string Name, string Description, string Unit);

/// <summary>Takes OTLP over HTTP (protobuf) on a loopback port and keeps spans, log lines and the names of metrics.</summary>
sealed class OtlpSink : IAsyncDisposable
{
    readonly ConcurrentQueue<Span> _spans = new();
    readonly ConcurrentQueue<LogLine> _lines = new();
    readonly ConcurrentQueue<Metric> _metrics = new();
    readonly WebApplication _app;

    OtlpSink(WebApplication app) => _app = app;

    public string Address => _app.Urls.Single();

    public IReadOnlyList<Span> Spans => [.. _spans];

    public IReadOnlyList<LogLine> Lines => [.. _lines];

    public IReadOnlyList<Metric> Metrics => [.. _metrics.Distinct()];

    public IReadOnlyList<Span> Trace(string traceId) => [.. _spans.Where(span => span.TraceId == traceId)];

    public static async Task<OtlpSink> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var sink = new OtlpSink(app);
        app.MapPost("/v1/traces", (HttpRequest request) => TakeAsync(request, SpanReader.Read, sink._spans));
        app.MapPost("/v1/metrics", (HttpRequest request) => TakeAsync(request, SpanReader.ReadMetrics, sink._metrics));
        app.MapPost("/v1/logs", (HttpRequest request) => TakeAsync(request, SpanReader.ReadLines, sink._lines));
        await app.StartAsync();
        return sink;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    static async Task<IResult> TakeAsync<T>(HttpRequest request, Func<byte[], IEnumerable<T>> read, ConcurrentQueue<T> kept)
    {
        using var body = new MemoryStream();
        Stream source = request.Headers.ContentEncoding == "gzip" ? new GZipStream(request.Body, CompressionMode.Decompress) : request.Body;
        await source.CopyToAsync(body);
        foreach (var one in read(body.ToArray())) kept.Enqueue(one);
        return Results.Ok();
    }
}
