using System.Diagnostics;

namespace VideoGen.Egress.Tests;

/// <summary>One request and the start of its reply, as webhook deliveries use it.</summary>
[TestFixture, Parallelizable(ParallelScope.All)]
public sealed class Exchanging
{
    const string Url = "https://hooks.example.com/";

    static async Task<EgressReply> PostAsync(FixtureInternet internet, string url, EgressProfile? profile = null)
    {
        using var client = internet.Client(new EgressPolicy(new EgressOptions()), new ScriptedResolver());
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(url)) { Content = new ByteArrayContent("{}"u8.ToArray()) };
        return await client.ExchangeAsync(request, profile ?? EgressProfile.Webhook, CancellationToken.None);
    }

    [Test]
    public async Task Answers_status_body_and_wish_to_wait()
    {
        using var internet = new FixtureInternet();
        internet.Replies[Url] = "HTTP/1.1 429 Slow down\r\nRetry-After: 7\r\nContent-Length: 4\r\nConnection: close\r\n\r\nlazy";
        var reply = await PostAsync(internet, Url);

        Assert.That((reply.Status, reply.RetryAfter), Is.EqualTo((429, TimeSpan.FromSeconds(7))));
        Assert.That(reply.Body.ToArray(), Is.EqualTo("lazy"u8.ToArray()));
        Assert.That(reply.Failure!.Kind, Is.EqualTo(EgressFailureKind.BadStatus));
    }

    [Test]
    public async Task A_redirect_is_a_failure_and_is_not_followed()
    {
        using var internet = new FixtureInternet();
        var reply = await PostAsync(internet, "https://redir.example.com/keep");
        Assert.That((reply.Status, reply.Failure!.Kind), Is.EqualTo((307, EgressFailureKind.BadStatus)));
        Assert.That(internet.Dialled, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task An_endless_reply_is_cut_at_the_limit_and_still_counts()
    {
        using var internet = new FixtureInternet();
        var reply = await PostAsync(internet, "https://cdn.example.com/huge");
        Assert.That((reply.Status, reply.Body.Length, reply.Failure), Is.EqualTo((200, 64 * 1024, (EgressFailure?)null)));
    }

    [Test]
    public async Task The_total_time_covers_a_slow_reply()
    {
        using var internet = new FixtureInternet();
        var watch = Stopwatch.StartNew();
        var reply = await PostAsync(internet, "https://cdn.example.com/drip", EgressProfile.Webhook with { TotalTime = TimeSpan.FromMilliseconds(400) });
        Assert.That(reply.Failure!.Kind, Is.EqualTo(EgressFailureKind.TimedOut));
        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(5)));
    }
}
