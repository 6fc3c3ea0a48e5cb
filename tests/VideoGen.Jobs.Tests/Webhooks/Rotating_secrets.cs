using System.Net.Http.Json;
using VideoGen.Jobs.Feed;
using VideoGen.Jobs.Tests.Feed;
using JobsOf = VideoGen.Jobs.Tests.Feed.Jobs;

namespace VideoGen.Jobs.Tests.Webhooks;

[TestFixture]
public sealed class Rotating_secrets() : WebhookFixture("hooks_rotate")
{
    async Task<string> RotateAsync(Guid account, string path, object? body = null)
    {
        using var http = App.As(account);
        return (await (await http.PostAsJsonAsync(path, body ?? new { })).JsonAsync(200)).GetProperty("secret").GetString()!;
    }

    async Task<Received> SendAsync(Guid account, string url, int number)
    {
        await App.AppendAsync(account, EventTypes.Completed, JobsOf.New());
        return (await Sink.WaitAsync(url, number))[^1];
    }

    [Test]
    public async Task During_the_overlap_both_secrets_sign_and_after_it_only_the_new_one()
    {
        var account = Guid.NewGuid();
        var url = Sink.Url();
        var endpoint = await RegisterAsync(account, url);
        var renewed = await RotateAsync(account, $"/v1/webhooks/endpoints/{endpoint.Id}/rotate-secret", new { overlap_hours = 1 });
        var during = await SendAsync(account, url, 1);
        await App.Database.ExecuteAsync("update webhook_secret set expires_at = now() where owner_id = $1 and expires_at is not null", endpoint.Id);
        var after = await SendAsync(account, url, 2);

        Assert.That((during.Signatures.Length, during.IsSignedWith(endpoint.Secret), during.IsSignedWith(renewed)), Is.EqualTo((2, true, true)));
        Assert.That((after.Signatures.Length, after.IsSignedWith(endpoint.Secret), after.IsSignedWith(renewed)), Is.EqualTo((1, false, true)));
    }

    [Test]
    public async Task Without_overlap_the_old_secret_signs_no_more()
    {
        var account = Guid.NewGuid();
        var url = Sink.Url();
        var endpoint = await RegisterAsync(account, url);
        var renewed = await RotateAsync(account, $"/v1/webhooks/endpoints/{endpoint.Id}/rotate-secret", new { overlap_hours = 0 });
        var request = await SendAsync(account, url, 1);
        Assert.That((request.Signatures.Length, request.IsSignedWith(renewed)), Is.EqualTo((1, true)));
    }

    [Test]
    public async Task The_accounts_secret_rotates_with_a_day_of_overlap_when_nothing_is_said()
    {
        var account = Guid.NewGuid();
        using var http = App.As(account);
        var first = await http.GetJsonAsync("/v1/webhooks/signing-secret");
        var renewed = await (await http.PostAsync("/v1/webhooks/signing-secret/rotate", content: null)).JsonAsync(200);
        var read = await http.GetJsonAsync("/v1/webhooks/signing-secret");

        Assert.That(read.GetProperty("secret").GetString(), Is.EqualTo(renewed.GetProperty("secret").GetString()).And.Not.EqualTo(first.GetProperty("secret").GetString()));
        Assert.That(read.GetProperty("previous_expires_at").GetDateTimeOffset(), Is.EqualTo(DateTimeOffset.UtcNow.AddHours(24)).Within(TimeSpan.FromMinutes(5)));
    }

    [TestCase(-1)]
    [TestCase(169)]
    public async Task An_overlap_out_of_range_is_refused(int hours)
    {
        using var http = App.As(Guid.NewGuid());
        var problem = await (await http.PostAsync("/v1/webhooks/signing-secret/rotate", new { overlap_hours = hours })).JsonAsync(400);
        Assert.That(problem.GetProperty("errors").GetProperty("overlap_hours")[0].GetString(),
            Is.EqualTo("must be a whole number from 0 to 168"));
    }

    [Test]
    public async Task Rotating_again_and_again_keeps_the_header_short()
    {
        var account = Guid.NewGuid();
        var url = Sink.Url();
        var endpoint = await RegisterAsync(account, url);
        for (var n = 0; n < 14; n++) await RotateAsync(account, $"/v1/webhooks/endpoints/{endpoint.Id}/rotate-secret");
        Assert.That((await SendAsync(account, url, 1)).Signatures, Has.Length.EqualTo(11));
    }

    [Test]
    public async Task Secrets_are_not_in_the_database_as_they_are()
    {
        var endpoint = await RegisterAsync(Guid.NewGuid(), Sink.Url());
        var stored = await App.Database.ScalarAsync<byte[]>("select cipher from webhook_secret where owner_id = $1", endpoint.Id);
        Assert.That(Convert.ToHexString(stored!), Does.Not.Contain(Convert.ToHexString(Convert.FromBase64String(endpoint.Secret[6..]))));
    }
}
