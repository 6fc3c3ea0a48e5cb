using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.DependencyInjection;
using VideoGen.AppHost.Demo;
using VideoGen.Hosting.LocalServers;
using VideoGen.LocalServers;

namespace VideoGen.AppHost.Start;

/// <summary>What <c>endpoints.json</c> holds: everything a program needs to use this run.</summary>
/// <param name="Dashboard">Where a browser signs in to the dashboard; null without one.</param>
internal sealed record Endpoints(
    [property: JsonPropertyName("gateway")] string Gateway,
    [property: JsonPropertyName("docs")] string Docs,
    [property: JsonPropertyName("dashboard")] string? Dashboard,
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
internal sealed class Announcement(DemoAccount demo, IReadOnlyList<DialectAddress> dialects, Uri? dashboard, string folder) : IRunListener
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private string EndpointsFile => Path.Combine(folder, "endpoints.json");

    public void Ready(IReadOnlyList<RunningProcess> processes)
    {
        var endpoints = EndpointsOf(processes);
        Write(endpoints);
        Console.WriteLine(Table(endpoints));
    }

    public void Changed(IReadOnlyList<RunningProcess> processes) => Write(EndpointsOf(processes));

    public void Stopping() => File.Delete(EndpointsFile);

    private Endpoints EndpointsOf(IReadOnlyList<RunningProcess> running)
    {
        var gateway = running.First(process => process.Name == "gateway").Url!;
        var processes = running.Select(process =>
            new EndpointProcess(process.Name, process.ProcessId ?? 0, JsonNamingPolicy.SnakeCaseLower.ConvertName(process.State.ToString()), process.Url));
        var addresses = dialects.Select(dialect => new EndpointDialect(dialect.Section, gateway + dialect.Path, RootUrlOf(dialect, gateway)));
        return new(
            gateway, $"{gateway}/docs", dashboard?.ToString(), demo.ApiKey, demo.TestKey, demo.OperatorKey, demo.Email, demo.Password,
            [.. addresses], [.. processes]);
    }

    private static string? RootUrlOf(DialectAddress dialect, string gateway) =>
        dialect.Port is { } port ? new UriBuilder(gateway) { Port = port }.Uri.GetLeftPart(UriPartial.Authority) + dialect.RootPath : null;

    /// <summary>A line for each of the other APIs: base URL, and the one on its own port or why it has none.</summary>
    private string DialectLines(Endpoints endpoints) => string.Join(Environment.NewLine, dialects.Zip(endpoints.Dialects, (dialect, endpoint) =>
        $"  {dialect.Title,-14} {endpoint.Url}{(endpoint.RootUrl is { } root ? $"  and  {root}" : dialect.Note is { } note ? $"  ({note})" : "")}"));

    private void Write(Endpoints endpoints) => AtomicFile.Write(EndpointsFile, JsonSerializer.Serialize(endpoints, Readable));

    private string Table(Endpoints endpoints) => $$$"""

        VideoGen is ready.

          Studio         {{{endpoints.Gateway}}}/  (open it in a browser: from nothing to the first video)
          Gateway        {{{endpoints.Gateway}}}
          Documentation  {{{endpoints.Docs}}}
          Monitor        {{{endpoints.Gateway}}}/video-monitor  (every job, live)
          Dashboard      {{{endpoints.Dashboard ?? "none (--no-dashboard)"}}}
          Demo account   {{{endpoints.Email}}}  password {{{endpoints.Password}}}
          API key        {{{endpoints.ApiKey}}}
          Test key       {{{endpoints.TestKey}}}  (simulator only, costs nothing)
          Operator key   {{{endpoints.OperatorKey}}}
          Files          {{{folder}}}  (the same as above in endpoints.json; logs in logs/)

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
    internal static void AnnounceWhenReady(
        this IDistributedApplicationBuilder builder, DemoAccount demo, IReadOnlyList<DialectAddress> dialects, Uri? dashboard) =>
        builder.Services.AddSingleton<IRunListener>(new Announcement(demo, dialects, dashboard, builder.CurrentRun().Folder));
}
