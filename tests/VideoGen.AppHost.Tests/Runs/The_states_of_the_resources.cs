using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using VideoGen.LocalServers;
using VideoGen.Testing;

namespace VideoGen.AppHost.Tests.Runs;

/// <summary>The AppHost inside Aspire's test host: what the dashboard would show of each resource.</summary>
public sealed class The_states_of_the_resources
{
    private static readonly string[] All =
        ["postgres", "rabbitmq", "gateway", "accounts", "providers", "storage", "jobs", "web", "vendors"];
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(3);

    private RunFolder _folder = null!;
    private DistributedApplication _system = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _folder = new RunFolder();
        string[] arguments =
        [
            "--no-dashboard", $"--Local:Folder={_folder.Path}", "--Gateway:Port=0", "--Dialects:AiStudio:Port=0", "--Dialects:Visualizr:Port=0",
            "--ConnectionStrings:videogen=", "--ConnectionStrings:rabbitmq=", "--vendors", "simulated",
        ];
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.VideoGen_AppHost>(arguments);
        _system = await builder.BuildAsync();
        await _system.StartAsync();
        foreach (var name in All) await _system.ResourceNotifications.WaitForResourceHealthyAsync(name).WaitAsync(Deadline);
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        if (_system is not null) await _system.DisposeAsync();
        _folder.Dispose();
    }

    [TestCaseSource(nameof(All))]
    public async Task Say_that_a_killed_process_runs_and_is_healthy_again(string name)
    {
        var before = await HealthyAsync(name, _ => true);
        var watch = Stopwatch.StartNew();
        Libc.Signal(before, Signal.Kill);
        var after = await HealthyAsync(name, id => id != before);
        await TestContext.Out.WriteLineAsync($"{name} is healthy again {watch.Elapsed.TotalSeconds:0.0} s after its kill");
        Assert.That(TheProcess.IsAlive(after), $"{name} is process {after}");
    }

    [Test]
    public async Task Leave_stopped_what_an_operator_has_stopped()
    {
        var before = await HealthyAsync("web", _ => true);
        var commands = _system.Services.GetRequiredService<ResourceCommandService>();
        var restarts = RestartsOf("web");
        await commands.ExecuteCommandAsync("web", KnownResourceCommands.StopCommand);
        await Eventually.ThatAsync(() => !TheProcess.IsAlive(before) && _folder.Read("endpoints.json").Contains("\"stopped\"", StringComparison.Ordinal), Deadline);
        await commands.ExecuteCommandAsync("web", KnownResourceCommands.StartCommand);
        await HealthyAsync("web", id => id != before);
        Assert.That(RestartsOf("web"), Is.EqualTo(restarts));
    }

    /// <summary>As <c>docs/operating/vendors/simulated.md</c> shows it.</summary>
    [Test]
    public async Task Let_an_operator_see_a_job_fail_over_between_simulated_vendors()
    {
        await Eventually.ThatAsync(() => File.Exists(_folder.EndpointsFile), Deadline);
        var endpoints = JsonDocument.Parse(_folder.Read("endpoints.json")).RootElement;
        var vendors = endpoints.GetProperty("processes").EnumerateArray()
            .Single(process => process.GetProperty("name").GetString() == "vendors").GetProperty("url").GetString();
        using var customer = new HttpClient { BaseAddress = new Uri(endpoints.GetProperty("gateway").GetString()!) };
        customer.DefaultRequestHeaders.Authorization = new("Bearer", endpoints.GetProperty("api_key").GetString());
        using var told = await customer.PostAsync($"{vendors}/_always/ark/RefuseMoney", content: null);
        using var made = await customer.PostAsJsonAsync(
            "/v1/jobs", new { model = "seedance-2.0-fast", input = new { prompt = "A lighthouse at dawn" } });
        Assert.That(made.IsSuccessStatusCode, Is.True, await made.Content.ReadAsStringAsync());
        var id = (await made.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString();
        var job = (JsonElement)await Eventually.GetAsync<object>(async () =>
        {
            var read = await customer.GetFromJsonAsync<JsonElement>($"/v1/jobs/{id}?wait=10s");
            var hasEnded = read.GetProperty("ended_at").ValueKind != JsonValueKind.Null;
            return hasEnded && read.GetProperty("attempts").GetArrayLength() == 3 ? (object)read : null;
        }, Deadline);
        Assert.That(job.GetProperty("status").GetString(), Is.EqualTo("completed"), job.ToString());
        var tried = job.GetProperty("attempts").EnumerateArray()
            .Select(one => $"{one.GetProperty("provider")} {one.GetProperty("outcome")}");
        Assert.That(tried, Is.EqualTo(new[] { "ark refused", "ark refused", "runway succeeded" }));
    }

    private int RestartsOf(string name) => _folder.LogOf("apphost").Split($"{name} ended unasked").Length - 1;

    /// <summary>The process of a healthy resource.</summary>
    private async Task<int> HealthyAsync(string name, Predicate<int> wanted)
    {
        var change = await _system.ResourceNotifications.WaitForResourceAsync(name, change =>
            change.Snapshot.State?.Text == KnownResourceStates.Running && change.Snapshot.HealthStatus == HealthStatus.Healthy && wanted(ProcessOf(change)))
            .WaitAsync(Deadline);
        return ProcessOf(change);
    }

    private static int ProcessOf(ResourceEvent change) =>
        Convert.ToInt32(change.Snapshot.Properties.FirstOrDefault(property => property.Name == "executable.pid")?.Value ?? 0);
}
