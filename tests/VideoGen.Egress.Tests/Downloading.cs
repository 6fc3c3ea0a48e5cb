using System.Diagnostics;

namespace VideoGen.Egress.Tests;

[TestFixture, Parallelizable(ParallelScope.All)]
public sealed class Downloading
{
    const string Url = "https://cdn.example.com/a";

    static readonly EgressPolicy Policy = new(new EgressOptions());

    static async Task<(EgressDownload Download, byte[] Bytes)> DownloadAsync(
        FixtureInternet internet, string url, EgressProfile? profile = null, EgressLimits? limits = null, CancellationToken ct = default)
    {
        using var client = internet.Client(Policy, new ScriptedResolver());
        using var target = new MemoryStream();
        var download = await client.DownloadAsync(new Uri(url), profile ?? EgressProfile.Media, target, limits ?? EgressLimits.OfProfile, ct);
        return (download, target.ToArray());
    }

    [Test]
    public async Task Copies_the_body_and_reports_where_it_came_from()
    {
        using var internet = new FixtureInternet();
        var (download, bytes) = await DownloadAsync(internet, "https://redir.example.com/ok");

        Assert.That(download, Is.EqualTo(new EgressDownload(new Uri("https://cdn.example.com/a.png"), "image/png", 8, Failure: null)));
        Assert.That(bytes, Has.Length.EqualTo(8));
    }

    [Test]
    public async Task Sends_no_trace_no_cookie_and_asks_for_identity()
    {
        using var internet = new FixtureInternet();
        using var trace = new Activity("job").Start();
        await DownloadAsync(internet, Url);

        var request = internet.Requests.Single().ToLowerInvariant();
        Assert.That(request, Does.Contain("accept-encoding: identity").And.Not.Contain("traceparent").And.Not.Contain("cookie"));
    }

    [TestCase("https://redir.example.com/meta", EgressFailureKind.Blocked)]
    [TestCase("https://redir.example.com/loop", EgressFailureKind.TooManyRedirects)]
    [TestCase("https://redir.example.com/downgrade", EgressFailureKind.Blocked)]
    [TestCase("https://redir.example.com/rel", EgressFailureKind.Blocked)]
    [TestCase("https://cdn.example.com/lying-length", EgressFailureKind.Truncated)]
    [TestCase("https://cdn.example.com/gzip-bomb", EgressFailureKind.BadContent)]
    [TestCase("https://cdn.example.com/huge", EgressFailureKind.TooLarge)]
    [TestCase("https://nxdomain.example.com/", EgressFailureKind.Unreachable)]
    [TestCase("https://private-a.example.com/", EgressFailureKind.Blocked)]
    public async Task Says_what_kind_of_failure_it_was(string url, EgressFailureKind kind)
    {
        using var internet = new FixtureInternet();
        var (download, _) = await DownloadAsync(internet, url, EgressProfile.Media with { MaxBytes = 3_000_000 });
        Assert.That(download.Failure?.Kind, Is.EqualTo(kind));
    }

    [Test]
    public async Task Stops_writing_at_the_cap()
    {
        using var internet = new FixtureInternet();
        var (download, bytes) = await DownloadAsync(internet, "https://cdn.example.com/huge", limits: new EgressLimits(MaxBytes: 100_000));

        Assert.That(download.Failure!.Kind, Is.EqualTo(EgressFailureKind.TooLarge));
        Assert.That(bytes, Has.Length.EqualTo(100_000));
    }

    [Test]
    public async Task An_announced_size_beyond_the_cap_reads_nothing()
    {
        using var internet = new FixtureInternet();
        var (download, bytes) = await DownloadAsync(internet, "https://cdn.example.com/lying-length", limits: new EgressLimits(MaxBytes: 999_999));
        Assert.That((download.Failure!.Kind, bytes.Length), Is.EqualTo((EgressFailureKind.TooLarge, 0)));
    }

    [Test]
    public async Task A_body_of_exactly_the_cap_is_whole()
    {
        using var internet = new FixtureInternet();
        var (download, _) = await DownloadAsync(internet, Url, limits: new EgressLimits(MaxBytes: 8));
        Assert.That(download.Failure, Is.Null);
    }

    [Test]
    public async Task A_drip_is_given_up_when_it_is_too_slow()
    {
        using var internet = new FixtureInternet();
        var (download, _) = await DownloadAsync(internet, "https://cdn.example.com/drip", EgressProfile.Media with { SpeedWindow = TimeSpan.FromMilliseconds(300) });
        Assert.That(download.Failure!.Kind, Is.EqualTo(EgressFailureKind.TooSlow));
    }

    [Test]
    public async Task The_total_time_covers_the_body()
    {
        using var internet = new FixtureInternet();
        var profile = EgressProfile.Media with { TotalTime = TimeSpan.FromMilliseconds(500), MinBytesPerSecond = 0 };
        var (download, _) = await DownloadAsync(internet, "https://cdn.example.com/drip", profile);
        Assert.That(download.Failure!.Kind, Is.EqualTo(EgressFailureKind.TimedOut));
    }

    [Test]
    public void The_callers_cancellation_is_an_exception()
    {
        using var internet = new FixtureInternet();
        using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        Assert.That(async () => await DownloadAsync(internet, "https://cdn.example.com/drip", ct: cancel.Token), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task An_error_status_is_a_failure_that_tells_it()
    {
        using var internet = new FixtureInternet();
        internet.Replies[Url] = "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        var (download, _) = await DownloadAsync(internet, Url);
        Assert.That(download.Failure, Is.EqualTo(new EgressFailure(EgressFailureKind.BadStatus, "The server answered 503.", 503)));
        Assert.That(download.Failure!.IsTransient, Is.True);
    }

    [Test]
    public async Task The_first_bytes_can_end_it()
    {
        using var internet = new FixtureInternet();
        var (download, bytes) = await DownloadAsync(internet, "https://cdn.example.com/html",
            limits: new EgressLimits(RefuseStart: start => start.Span.StartsWith("<!doctype"u8) ? "This is a web page." : null));
        Assert.That(download.Failure, Is.EqualTo(new EgressFailure(EgressFailureKind.BadContent, "This is a web page.")));
        Assert.That(bytes, Is.Empty);
    }
}
