#if USE_ASPIRE
namespace VideoGen.AppHost.Demo;

internal static class AnnouncementExtensions
{
    /// <summary>Aspire's dashboard shows where everything is.</summary>
    internal static IDistributedApplicationBuilder AnnounceWhenReady(
        this IDistributedApplicationBuilder builder, DemoAccount demo, IReadOnlyList<DialectAddress> dialects, string folder) => builder;
}
#else
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.DependencyInjection;
using VideoGen.LocalHosting.Run;

namespace VideoGen.AppHost.Demo;

/// <summary>What <c>endpoints.json</c> holds: everything a program needs to use this run.</summary>
internal sealed record Endpoints(
    [property: JsonPropertyName("gateway")] string Gateway,
    [property: JsonPropertyName("docs")] string Docs,
    [property: JsonPropertyName("api_key")] string ApiKey,
    [property: JsonPropertyName("test_key")] string TestKey,
    [property: JsonPropertyName("operator_key")] string OperatorKey,
    [property: JsonPropertyName("email")] string Email,
    [property: JsonPropertyName("password")] string Password,
    [property: JsonPropertyName("dialects")] IReadOnlyList<EndpointDialect> Dialects,
    [property: JsonPropertyName("processes")] IReadOnlyList<EndpointProcess> Processes);

/// <param name="Name">Of its section in the configuration, for example <c>VividFlow</c>.</param>
/// <param name="Url">Its base URL at the gateway.</param>
/// <param name="RootUrl">The same on its own port; null without one.</param>
internal sealed record EndpointDialect(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("url")] string Url,
    [property: JsonPropertyName("root_url")] string? RootUrl);

/// <param name="Pid">0 while the process is not running.</param>
/// <param name="State"><c>starting</c>, <c>ready</c>, <c>restarting</c> …</param>
/// <param name="Url">Its own address on this machine; null for servers that do not speak HTTP.</param>
internal sealed record EndpointProcess(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("pid")] int Pid,
    [property: JsonPropertyName("state")] string State,
    [property: JsonPropertyName("url")] string? Url);

/// <summary>
/// Says where everything is: a table on the terminal once, and <c>endpoints.json</c> (mode 0600), which exists exactly as
/// long as the system is up and follows every restart.
/// </summary>
internal sealed class Announcement : IRunListener
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly DemoAccount _demo;
    private readonly IReadOnlyList<DialectAddress> _dialects;
    private readonly string _folder;

    internal Announcement(DemoAccount demo, IReadOnlyList<DialectAddress> dialects, string folder)
    {
        _demo = demo;
        _dialects = dialects;
        _folder = folder;
    }

    private string EndpointsFile => Path.Combine(_folder, "endpoints.json");

    public async Task ReadyAsync(RunStatus status, CancellationToken cancellationToken)
    {
        var endpoints = EndpointsOf(status);
        Write(endpoints);
        await Console.Out.WriteLineAsync(Table(endpoints));
    }

    public Task ChangedAsync(RunStatus status, CancellationToken cancellationToken)
    {
        Write(EndpointsOf(status));
        return Task.CompletedTask;
    }

    public Task StoppingAsync()
    {
        File.Delete(EndpointsFile);
        return Task.CompletedTask;
    }

    private Endpoints EndpointsOf(RunStatus status)
    {
        var gateway = status.Parts.First(part => part.Name == "gateway").Url!;
        var processes = status.Parts.Select(part =>
            new EndpointProcess(part.Name, part.ProcessId ?? 0, JsonNamingPolicy.SnakeCaseLower.ConvertName(part.State.ToString()), part.Url));
        var dialects = _dialects.Select(dialect => new EndpointDialect(dialect.Section, gateway + dialect.Path, RootUrlOf(dialect, gateway)));
        return new(
            gateway, $"{gateway}/docs", _demo.ApiKey, _demo.TestKey, _demo.OperatorKey, _demo.Email, _demo.Password, [.. dialects], [.. processes]);
    }

    private static string? RootUrlOf(DialectAddress dialect, string gateway) =>
        dialect.Port is { } port ? new UriBuilder(gateway) { Port = port }.Uri.GetLeftPart(UriPartial.Authority) + dialect.RootPath : null;

    /// <summary>A line for each of the other APIs: base URL, and the one on its own port or why it has none.</summary>
    private string DialectLines(Endpoints endpoints) => string.Join(Environment.NewLine, _dialects.Zip(endpoints.Dialects, (dialect, endpoint) =>
        $"  {dialect.Title,-14} {endpoint.Url}{(endpoint.RootUrl is { } root ? $"  and  {root}" : dialect.Note is { } note ? $"  ({note})" : "")}"));

    private void Write(Endpoints endpoints) => AtomicFile.Write(EndpointsFile, JsonSerializer.Serialize(endpoints, Readable));

    private string Table(Endpoints endpoints) => $$$"""

        VideoGen is ready.

          Gateway        {{{endpoints.Gateway}}}
          Documentation  {{{endpoints.Docs}}}
          Monitor        {{{endpoints.Gateway}}}/video-monitor  (every job, live)
          Demo account   {{{endpoints.Email}}}  password {{{endpoints.Password}}}
          API key        {{{endpoints.ApiKey}}}
          Test key       {{{endpoints.TestKey}}}  (simulator only, costs nothing)
          Operator key   {{{endpoints.OperatorKey}}}
          Files          {{{_folder}}}  (the same as above in endpoints.json; logs in logs/)

        Programs written for another API work at these base URLs, with a key from above:

        {{{DialectLines(endpoints)}}}

        Make a video:

          curl -s {{{endpoints.Gateway}}}/v1/jobs -H 'Authorization: Bearer {{{endpoints.ApiKey}}}' -H 'Content-Type: application/json' -d '{{{DemoVideo.DefaultJob}}}'

        Its answer names the job; GET /v1/jobs/<id>?wait=30s with the same key tells when it is done and where the file is.
        "./videogen demo" does both and saves the file. Ctrl+C stops everything.

        """;
}

internal static class AnnouncementExtensions
{
    internal static IDistributedApplicationBuilder AnnounceWhenReady(
        this IDistributedApplicationBuilder builder, DemoAccount demo, IReadOnlyList<DialectAddress> dialects, string folder)
    {
        builder.Services.AddSingleton<IRunListener>(new Announcement(demo, dialects, folder));
        return builder;
    }
}
#endif
