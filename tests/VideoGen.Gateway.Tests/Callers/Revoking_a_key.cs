using System.Net;
using MassTransit;
using Microsoft.Extensions.Time.Testing;
using RabbitMQ.Client;
using VideoGen.Accounts.Contracts;
using VideoGen.Accounts.Contracts.Events;
using VideoGen.Gateway.Callers;
using VideoGen.Testing;

namespace VideoGen.Gateway.Tests.Callers;

[TestFixture]
public sealed class Revoking_a_key
{
    [Test]
    public async Task Stops_it_within_five_seconds_without_any_message()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var gateway = await GatewayApplication.StartAsync(time);
        gateway.Services.On("jobs", "GET", "/v1/jobs", 200, new { ok = true });
        var key = gateway.Services.AddKey();
        Assert.That(await gateway.StatusOfAsync("/v1/jobs", key), Is.EqualTo(HttpStatusCode.OK));

        gateway.Services.RemoveKey(key);
        var stoppedAfter = TimeSpan.Zero;
        while (await gateway.StatusOfAsync("/v1/jobs", key) == HttpStatusCode.OK && stoppedAfter < TimeSpan.FromSeconds(10))
        {
            stoppedAfter += TimeSpan.FromMilliseconds(500);
            time.Advance(TimeSpan.FromMilliseconds(500));
        }
        Assert.That(stoppedAfter, Is.InRange(TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(4.5)));
    }

    readonly string _prefix = TestServers.NewBusPrefix("gateway");

    [OneTimeTearDown]
    public async Task Remove_the_exchanges()
    {
        await using var connection = await new ConnectionFactory { Uri = new Uri(await TestServers.RabbitMqAsync()) }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        foreach (var message in (Type[])[typeof(ApiKeyRevoked), typeof(SessionsEnded), typeof(PlanChanged)])
            await channel.ExchangeDeleteAsync($"{_prefix}-{message.Namespace}:{message.Name}");
    }

    [Test]
    public async Task Stops_it_at_once_with_the_message()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow); // Stands still: nothing expires by itself.
        await using var gateway = await GatewayApplication.StartAsync(
            time, $"ConnectionStrings:rabbitmq={await TestServers.RabbitMqAsync()}", $"Bus:Prefix={_prefix}");
        gateway.Services.On("jobs", "GET", "/v1/jobs", 200, new { ok = true });
        var (key, other) = (gateway.Services.AddKey(), gateway.Services.AddKey());
        Assert.That(await gateway.StatusOfAsync("/v1/jobs", key), Is.EqualTo(HttpStatusCode.OK));

        var identity = gateway.Services.IdentityOf(key);
        await Eventually.ThatAsync(() => gateway.Get<IBusControl>().CheckHealth().Status == BusHealthStatus.Healthy);
        await gateway.Get<IBus>().Publish(new ApiKeyRevoked(identity.AccountId, identity.KeyId!.Value, DateTimeOffset.UtcNow));
        await Eventually.ThatAsync(async () => await gateway.StatusOfAsync("/v1/jobs", key) == HttpStatusCode.Unauthorized);
        Assert.That(await gateway.StatusOfAsync("/v1/jobs", other), Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task Stops_it_though_the_answer_was_already_on_its_way()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var cache = new IdentityCache(time);
        var keyId = Guid.CreateVersion7();
        var answer = new TaskCompletionSource<Identity?>();
        var asking = cache.GetAsync("key", () => answer.Task);
        cache.Revoke(keyId);
        answer.SetResult(AnIdentity() with { KeyId = keyId });
        Assert.That(await asking, Is.Null);
    }

    [Test]
    public async Task A_changed_plan_is_asked_for_again()
    {
        var cache = new IdentityCache(new FakeTimeProvider(DateTimeOffset.UtcNow));
        var identity = AnIdentity();
        var asked = 0;
        Task<Identity?> AskAsync() => Task.FromResult<Identity?>(identity with { Plan = $"plan {++asked}" });
        await cache.GetAsync("key", AskAsync);
        cache.Forget(identity.AccountId);
        var changed = await cache.GetAsync("key", AskAsync);
        Assert.That(changed?.Plan, Is.EqualTo("plan 2"));
    }

    [Test]
    public async Task A_key_in_use_is_renewed_in_the_background()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var cache = new IdentityCache(time);
        var asked = 0;
        Task<Identity?> AskAsync()
        {
            Interlocked.Increment(ref asked);
            return Task.FromResult<Identity?>(AnIdentity());
        }
        await cache.GetAsync("key", AskAsync);
        time.Advance(TimeSpan.FromSeconds(3));
        await cache.GetAsync("key", AskAsync);
        await Eventually.ThatAsync(() => Volatile.Read(ref asked) == 2);
        time.Advance(TimeSpan.FromSeconds(3));
        await Eventually.ThatAsync(() => cache.Knows("key"));
    }

    [Test]
    public async Task Nobody_is_let_in_on_an_old_answer_when_accounts_is_away()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var cache = new IdentityCache(time);
        await cache.GetAsync("key", () => Task.FromResult<Identity?>(AnIdentity()));
        time.Advance(TimeSpan.FromSeconds(4.1));
        Assert.That(async () => await cache.GetAsync("key", () => throw new HttpRequestException("away")), Throws.InstanceOf<HttpRequestException>());
    }

    static Identity AnIdentity() => new(
        Guid.CreateVersion7(), UserId: null, Guid.CreateVersion7(), Test: false, "free", Scope.All, IsOperator: false, new RateLimits(10, 100), ExpiresAt: null);
}
