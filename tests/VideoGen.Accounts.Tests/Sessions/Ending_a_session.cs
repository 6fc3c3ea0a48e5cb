using System.Net;
using Microsoft.Extensions.DependencyInjection;
using VideoGen.Accounts.Sessions;

namespace VideoGen.Accounts.Tests.Sessions;

public sealed class Ending_a_session
{
    AccountsApplication _accounts = null!;

    [OneTimeSetUp]
    public async Task Start() => _accounts = await AccountsApplication.StartAsync();

    [OneTimeTearDown]
    public Task Stop() => _accounts.DisposeAsync().AsTask();

    [Test]
    public async Task Is_remembered_of_that_one_and_may_be_said_twice()
    {
        var (mine, other) = (Guid.NewGuid(), Guid.NewGuid());
        Assert.That(await StatusAsync(mine), Is.EqualTo(HttpStatusCode.NotFound));
        for (var i = 0; i < 2; i++)
        {
            using var answer = await _accounts.Inside.PutAsync($"/internal/ended-sessions/{mine}", content: null);
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.NoContent));
        }
        Assert.That((await StatusAsync(mine), await StatusAsync(other)), Is.EqualTo((HttpStatusCode.NoContent, HttpStatusCode.NotFound)));
    }

    [Test]
    public async Task Is_for_our_own_processes_alone()
    {
        using var answer = await _accounts.Anonymous.PutAsync($"/internal/ended-sessions/{Guid.NewGuid()}", content: null);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
    }

    [Test]
    public async Task Is_forgotten_when_no_sign_in_can_be_that_old()
    {
        var (old, young) = (Guid.NewGuid(), Guid.NewGuid());
        foreach (var id in (Guid[])[old, young])
        {
            using var answer = await _accounts.Inside.PutAsync($"/internal/ended-sessions/{id}", content: null);
        }
        await _accounts.Database.ExecuteAsync("update ended_sessions set ended_at = now() - interval '9 days' where id = $1", old);
        await _accounts.Services.GetRequiredService<SessionStore>().PruneAsync(CancellationToken.None);
        Assert.That((await StatusAsync(old), await StatusAsync(young)), Is.EqualTo((HttpStatusCode.NotFound, HttpStatusCode.NoContent)));
    }

    async Task<HttpStatusCode> StatusAsync(Guid session)
    {
        using var answer = await _accounts.Inside.GetAsync($"/internal/ended-sessions/{session}");
        return answer.StatusCode;
    }
}
