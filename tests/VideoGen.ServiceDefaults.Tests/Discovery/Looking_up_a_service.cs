using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using VideoGen.ServiceDefaults.Callers;
using VideoGen.ServiceDefaults.Resilience;

namespace VideoGen.ServiceDefaults.Tests.Discovery;

[TestFixture]
public sealed class Looking_up_a_service
{
    readonly ConcurrentQueue<int> _asked = new();
    bool _firstFails;
    Service _first = null!;
    Service _second = null!;
    Service _caller = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _first = await ReplicaAsync(1);
        _second = await ReplicaAsync(2);
        var unconfigured = _first.Address.Authority.Replace("127.0.0.1", "localhost", StringComparison.Ordinal);
        _caller = await Service.StartAsync(_ => { }, builder =>
        {
            builder.Services.AddServiceClient<JobsClient>("jobs");
            builder.Services.AddServiceClient<LocalhostClient>(unconfigured);
        }, new()
        {
            ["services:jobs:http:0"] = _first.Address.ToString(),
            ["services:jobs:http:1"] = _second.Address.ToString(),
        });
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _caller.DisposeAsync();
        await _first.DisposeAsync();
        await _second.DisposeAsync();
    }

    [SetUp]
    public void Forget()
    {
        _firstFails = false;
        _asked.Clear();
    }

    [Test]
    public async Task Takes_its_replicas_in_turn()
    {
        for (var i = 0; i < 4; i++) await AskAsync(_caller.Services.GetRequiredService<JobsClient>().Http);
        Assert.That(_asked.GroupBy(replica => replica).Select(group => group.Count()), Is.EquivalentTo([2, 2]));
    }

    [Test]
    public async Task Asks_another_replica_when_one_has_failed()
    {
        _firstFails = true;
        for (var i = 0; i < 4; i++) await AskAsync(_caller.Services.GetRequiredService<JobsClient>().Http);
        Assert.That(_asked.Count(replica => replica == 2), Is.EqualTo(4));
    }

    [Test]
    public async Task Leaves_a_name_that_is_not_configured_to_DNS()
    {
        await AskAsync(_caller.Services.GetRequiredService<LocalhostClient>().Http);
        Assert.That(_asked, Is.EqualTo([1]));
    }

    Task<Service> ReplicaAsync(int number) => Service.StartAsync(app => app.MapInternal().MapGet("/thing", () =>
    {
        _asked.Enqueue(number);
        return number == 1 && _firstFails ? Results.StatusCode(503) : Results.Ok();
    }));

    static async Task AskAsync(HttpClient http)
    {
        using var answer = await http.GetAsync("/internal/thing");
        answer.EnsureSuccessStatusCode();
    }

    sealed class JobsClient(HttpClient http)
    {
        public HttpClient Http { get; } = http;
    }

    sealed class LocalhostClient(HttpClient http)
    {
        public HttpClient Http { get; } = http;
    }
}
