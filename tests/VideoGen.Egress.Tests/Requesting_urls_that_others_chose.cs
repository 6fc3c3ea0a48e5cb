namespace VideoGen.Egress.Tests;

/// <summary>The whole corpus, through registration and download, against the scripted internet.</summary>
[TestFixture, Parallelizable(ParallelScope.All)]
public sealed class Requesting_urls_that_others_chose
{
    const int RedirectsAndReplies = 10;
    const int Policy = 9;

    static readonly EgressProfile Impatient = EgressProfile.Media with
    {
        TotalTime = TimeSpan.FromSeconds(20),
        MaxBytes = 1024 * 1024,
        SpeedWindow = TimeSpan.FromMilliseconds(400),
    };

    [TestCaseSource(typeof(HostileUrls), nameof(HostileUrls.Cases))]
    public async Task Gives_the_verdict_of_the_corpus(HostileUrl row)
    {
        using var internet = new FixtureInternet();
        var policy = new EgressPolicy(new EgressOptions());
        var resolver = new ScriptedResolver();
        using var client = internet.Client(policy, resolver);

        // What registration does; a slow name is left to the connection, which has the same limit.
        var verdict = row.Url.Contains("slow-dns", StringComparison.Ordinal)
            ? policy.Check(row.Url, Impatient)
            : await new EgressGuard(policy, resolver).CheckAsync(row.Url, Impatient, CancellationToken.None);
        using var target = new MemoryStream();
        var download = verdict.IsAllowed
            ? await client.DownloadAsync(verdict.Uri, Impatient, target, new EgressLimits(RefuseStart: OnlyPng), CancellationToken.None)
            : null;

        Assert.That(download?.IsComplete ?? false, Is.EqualTo(row.Allowed), $"{verdict.Reason} {download?.Failure}");
        if (!row.Allowed) Assert.That(verdict.Reason ?? download!.Failure!.Message, Is.Not.Empty);
        if (!row.Allowed && row.Section < RedirectsAndReplies) Assert.That(internet.Dialled, Is.Empty, "a refused URL opens no socket");
        Assert.That(internet.Dialled.Select(target => target.Address), Is.All.Matches<System.Net.IPAddress>(address => policy.MayDial(address!)));
    }

    [Test]
    public void Refuses_by_text_alone_whatever_its_text_gives_away()
    {
        var policy = new EgressPolicy(new EgressOptions());
        var wrong = HostileUrls.Rows.Where(row => row.Section < Policy || row.Section > RedirectsAndReplies)
            .Where(row => policy.Check(row.Url, EgressProfile.Media).IsAllowed != row.Allowed);
        Assert.That(wrong, Is.Empty);
    }

    [Test]
    public void The_corpus_is_whole()
    {
        Assert.That(HostileUrls.Rows, Has.Count.EqualTo(233));
        Assert.That(HostileUrls.Rows.Count(row => row.Allowed), Is.EqualTo(23));
    }

    static string? OnlyPng(ReadOnlyMemory<byte> start) => start.Length > 3 && start.Span[1..4].SequenceEqual("PNG"u8) ? null : "not a PNG";
}
