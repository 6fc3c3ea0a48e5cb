using System.IO.Compression;
using System.Net;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using VideoGen.Testing;
using VideoGen.Web.Files;

namespace VideoGen.Web.Tests.Files;

[TestFixture]
public sealed partial class Serving_files
{
    PagesApplication _pages = null!;
    HttpClient _browser = null!;
    string _script = "";

    [OneTimeSetUp]
    public async Task Start()
    {
        _pages = await PagesApplication.StartAsync();
        _browser = _pages.NewBrowser();
        _script = _pages.Get<PageFiles>().AddressOf("monitor.js");
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        _browser.Dispose();
        await _pages.DisposeAsync();
    }

    [Test]
    public async Task A_file_may_be_kept_for_ever_because_its_address_has_its_hash()
    {
        using var answer = await _browser.GetAsync(_script);
        Assert.Multiple(() =>
        {
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
            Assert.That(answer.Headers.CacheControl?.ToString(), Does.Contain("public").And.Contain("max-age=31536000").And.Contain("immutable"));
            Assert.That(answer.Content.Headers.ContentType?.MediaType, Is.EqualTo("text/javascript"));
        });
    }

    [Test]
    public async Task An_address_of_another_release_gives_what_is_here_but_not_to_keep()
    {
        using var answer = await _browser.GetAsync("/web/files/0123456789abcdef/monitor.js");
        Assert.That((answer.StatusCode, answer.Headers.CacheControl?.NoCache), Is.EqualTo((HttpStatusCode.OK, true)));
    }

    [Test]
    public async Task Who_has_it_is_told_so()
    {
        using var first = await _browser.GetAsync(_script);
        using var request = new HttpRequestMessage(HttpMethod.Get, _script);
        request.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var second = await _browser.SendAsync(request);
        Assert.That(second.StatusCode, Is.EqualTo(HttpStatusCode.NotModified));
    }

    [Test]
    public async Task Who_takes_brotli_gets_the_same_file_smaller()
    {
        var plain = await _browser.GetByteArrayAsync(_script);
        using var request = new HttpRequestMessage(HttpMethod.Get, _script);
        request.Headers.AcceptEncoding.ParseAdd("gzip, br;q=0.9");
        using var answer = await _browser.SendAsync(request);
        var small = await answer.Content.ReadAsByteArrayAsync();
        await using var open = new BrotliStream(new MemoryStream(small), CompressionMode.Decompress);
        using var text = new MemoryStream();
        await open.CopyToAsync(text);
        Assert.Multiple(() =>
        {
            Assert.That(answer.Content.Headers.ContentEncoding, Is.EqualTo(new[] { "br" }));
            Assert.That(small, Has.Length.LessThan(plain.Length));
            Assert.That(text.ToArray(), Is.EqualTo(plain));
        });
    }

    [TestCase("/web/files/x/nothing.js")]
    [TestCase("/web/files/x/lib/README.md")]
    [TestCase("/web/files/x/../../Program.cs")]
    public async Task There_is_nothing_else(string path)
    {
        using var answer = await _browser.GetAsync(path);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public void The_libraries_are_those_whose_versions_are_written_down()
    {
        var folder = Path.Combine(Repository.Root, "services/Web/VideoGen.Web/wwwroot/lib");
        var rows = Row().Matches(File.ReadAllText(Path.Combine(folder, "README.md"))).ToDictionary(row => row.Groups[1].Value, row => row.Groups[2].Value, StringComparer.Ordinal);
        var files = Directory.GetFiles(folder, "*.js", SearchOption.AllDirectories)
            .ToDictionary(file => Path.GetRelativePath(folder, file), file => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file))), StringComparer.Ordinal);
        Assert.Multiple(() =>
        {
            Assert.That(files, Is.EquivalentTo(rows));
            foreach (var file in files.Keys) Assert.That(Path.Combine(folder, Path.GetDirectoryName(file)!, "LICENSE"), Does.Exist);
        });
    }

    [GeneratedRegex(@"^\| `([^`]+)` .*`([0-9a-f]{64})` \|$", RegexOptions.Multiline)]
    private static partial Regex Row();
}
