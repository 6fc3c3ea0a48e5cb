using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using VideoGen.Accounts.Contracts;
using VideoGen.Gateway.Callers;
using VideoGen.HttpApi;
using VideoGen.HttpApi.Errors;

namespace VideoGen.Gateway.Tests.Callers;

/// <summary>A change of the password begins a new round of sessions: a token of an earlier one stands for nobody.</summary>
[TestFixture]
public sealed class Ending_sessions
{
    [Test]
    public async Task Asks_of_each_round_by_itself()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow); // Stands still: nothing expires by itself.
        await using var gateway = await GatewayApplication.StartAsync(time);
        var (user, account, present) = (Guid.CreateVersion7(), Guid.CreateVersion7(), 0);
        gateway.Services.On("jobs", "GET", "/v1/jobs", 200, new { ok = true });
        gateway.Services.On("accounts", "GET", $"/internal/identities/by-user/{user}", context =>
        {
            if (context.Request.Query["round"] != present.ToString()) return Problems.WriteAsync(context,
                Problems.Describe(ErrorCodes.NotFound));
            return context.Response.WriteAsJsonAsync(
                new Identity(account, user, KeyId: null, Test: false, "free", Scope.All, IsOperator: false,
                new RateLimits(600, 6000), ExpiresAt: null), ApiJson.Options);
        });
        string Token(int? round) =>
            TestCredentials.Token(user, time.GetUtcNow(), payload => { if (round is { } number) payload["round"] = number; });

        Assert.That(await gateway.StatusOfAsync("/v1/jobs", Token(null)), Is.EqualTo(HttpStatusCode.OK), "a token of the release before");
        Assert.That(await gateway.StatusOfAsync("/v1/jobs", Token(1)), Is.EqualTo(HttpStatusCode.Unauthorized));
        time.Advance(IdentityCache.MaxAgeUnknown);
        present = 1;
        Assert.That(await gateway.StatusOfAsync("/v1/jobs", Token(1)), Is.EqualTo(HttpStatusCode.OK),
            "at once, whatever is remembered of the old ones");
        gateway.Get<IdentityCache>().Forget(account);
        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.That(await gateway.StatusOfAsync("/v1/jobs", Token(0)), Is.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That(await gateway.StatusOfAsync("/v1/jobs", Token(1)), Is.EqualTo(HttpStatusCode.OK));
    }
}
