using System.Net;
using System.Net.Http.Headers;
using VideoGen.HttpApi.Errors;
using VideoGen.HttpApi.Links;
using VideoGen.Storage.Contracts;
using VideoGen.Storage.Tests.Hosting;

namespace VideoGen.Storage.Tests.Assets;

[Parallelizable(ParallelScope.All)]
public sealed class Fetching_the_bytes_of_an_asset
{
    readonly Guid _account = Guid.NewGuid();
    AssetView _asset = null!;
    byte[] _bytes = [];

    static StorageApplication Storage => SharedStorage.Application;

    [OneTimeSetUp]
    public async Task Upload()
    {
        _bytes = await SampleFiles.VideoAsync();
        _asset = await Storage.UploadGoodAsync(_account, _bytes, "שלום \"🎬\".mp4");
    }

    [Test]
    public async Task Gives_the_whole_with_headers_that_harm_nobody()
    {
        using var answer = await Storage.FollowAsync(_asset.Url);
        var headers = answer.Headers.Concat(answer.Content.Headers).ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase);
        Assert.Multiple(async () =>
        {
            Assert.That((int)answer.StatusCode, Is.EqualTo(200));
            Assert.That(await answer.Content.ReadAsByteArrayAsync(), Is.EqualTo(_bytes));
            Assert.That(headers["Content-Type"], Is.EqualTo("video/mp4"));
            Assert.That(headers["Content-Length"], Is.EqualTo($"{_bytes.Length}"));
            Assert.That(headers["ETag"], Is.EqualTo($"\"{_asset.Sha256}\""));
            Assert.That(headers["Accept-Ranges"], Is.EqualTo("bytes"));
            Assert.That(headers["X-Content-Type-Options"], Is.EqualTo("nosniff"));
            Assert.That(headers["Content-Security-Policy"], Is.EqualTo("sandbox"));
            Assert.That(headers["Cache-Control"], Does.Contain("private"));
            Assert.That(headers, Contains.Key("Last-Modified"));
            Assert.That(ContentDispositionHeaderValue.Parse(headers["Content-Disposition"]).FileNameStar, Is.EqualTo("שלום \"🎬\".mp4"));
            Assert.That(headers["Content-Disposition"], Does.StartWith("inline"));
        });
    }

    [Test]
    public async Task Gives_only_the_headers_to_a_head()
    {
        using var answer = await Storage.Http.SendAsync(new HttpRequestMessage(HttpMethod.Head, new Uri(_asset.Url).PathAndQuery));
        Assert.Multiple(async () =>
        {
            Assert.That((int)answer.StatusCode, Is.EqualTo(200));
            Assert.That(answer.Content.Headers.ContentLength, Is.EqualTo(_bytes.Length));
            Assert.That(await answer.Content.ReadAsByteArrayAsync(), Is.Empty);
        });
    }

    [Test]
    public async Task Gives_it_to_the_account_without_a_signature()
    {
        using var answer = await Storage.SendAsync(HttpMethod.Get, $"/v1/assets/{_asset.Id}/content", _account);
        Assert.That(await answer.Content.ReadAsByteArrayAsync(), Is.EqualTo(_bytes));
    }

    [Test]
    public async Task Gives_a_range()
    {
        using var answer = await RangeAsync("bytes=1000-1999");
        Assert.Multiple(async () =>
        {
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.PartialContent));
            Assert.That(answer.Content.Headers.ContentRange?.ToString(), Is.EqualTo($"bytes 1000-1999/{_bytes.Length}"));
            Assert.That(await answer.Content.ReadAsByteArrayAsync(), Is.EqualTo(_bytes[1000..2000]));
        });
    }

    [Test]
    public async Task Puts_together_from_ranges_what_it_gives_as_a_whole()
    {
        var whole = new List<byte>();
        for (var at = 0; at < _bytes.Length; at += 100_000)
        {
            using var answer = await RangeAsync($"bytes={at}-{at + 99_999}");
            whole.AddRange(await answer.Content.ReadAsByteArrayAsync());
        }
        Assert.That(whole, Is.EqualTo(_bytes));
    }

    [Test]
    public async Task Refuses_a_range_outside()
    {
        using var answer = await RangeAsync($"bytes={_bytes.Length}-");
        Assert.Multiple(async () =>
        {
            Assert.That((int)answer.StatusCode, Is.EqualTo(416));
            Assert.That(answer.Content.Headers.ContentRange?.ToString(), Is.EqualTo($"bytes */{_bytes.Length}"));
            Assert.That((await StorageApplication.ReadAsync<Problem>(answer)).Code, Is.EqualTo("range_not_satisfiable"));
        });
    }

    [Test]
    public async Task Gives_nothing_to_whoever_has_it()
    {
        using var answer = await Storage.SendAsync(HttpMethod.Get, $"/v1/assets/{_asset.Id}/content", _account, content: null, ("If-None-Match", $"\"{_asset.Sha256}\""));
        Assert.Multiple(async () =>
        {
            Assert.That((int)answer.StatusCode, Is.EqualTo(304));
            Assert.That(answer.Headers.ETag?.Tag, Is.EqualTo($"\"{_asset.Sha256}\""));
            Assert.That(await answer.Content.ReadAsByteArrayAsync(), Is.Empty);
        });
    }

    [Test]
    public async Task Serves_a_signed_download_name_as_an_attachment()
    {
        var signer = new LinkSigner(System.Text.Encoding.UTF8.GetBytes(Keys.Links));
        using var answer = await Storage.Http.GetAsync(signer.Sign($"/v1/assets/{_asset.Id}/content", DateTimeOffset.UtcNow.AddMinutes(1), "../my \"film\".exe"));
        Assert.That(answer.Content.Headers.ContentDisposition?.ToString(), Does.StartWith("attachment").And.Not.Contain("exe").And.Not.Contain(".."));
    }

    [Test]
    public async Task Refuses_a_link_in_which_anything_was_changed()
    {
        var path = new Uri(_asset.Url).PathAndQuery;
        var other = await Storage.UploadGoodAsync(_account, await SampleFiles.PngAsync(), "b.png");
        string[] altered =
        [
            path.Replace(_asset.Id.ToString(), other.Id.ToString()),
            path.Replace("/content", "/thumbnail"),
            path.Replace("expires=", "expires=9"),
            path + "&download=x.exe",
            path[..^1] + (path[^1] == 'A' ? 'B' : 'A'),
            path.Replace("signature=", "signature=A"),
            path[..path.IndexOf("signature=", StringComparison.Ordinal)] + "signature=A",
        ];
        foreach (var link in altered)
        {
            using var answer = await Storage.Http.GetAsync(link);
            Assert.That(((int)answer.StatusCode, (await StorageApplication.ReadAsync<Problem>(answer)).Code), Is.EqualTo((403, "link_expired")), link);
        }
    }

    [Test]
    public async Task Refuses_an_expired_link()
    {
        var signer = new LinkSigner(System.Text.Encoding.UTF8.GetBytes(Keys.Links));
        using var answer = await Storage.Http.GetAsync(signer.Sign($"/v1/assets/{_asset.Id}/content", DateTimeOffset.UtcNow.AddSeconds(-2)));
        Assert.That((int)answer.StatusCode, Is.EqualTo(403));
    }

    [Test]
    public async Task Refuses_whoever_has_neither_link_nor_credential()
    {
        using var answer = await Storage.Http.GetAsync($"/v1/assets/{_asset.Id}/content");
        Assert.That((int)answer.StatusCode, Is.EqualTo(401));
    }

    async Task<HttpResponseMessage> RangeAsync(string range)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_asset.Url).PathAndQuery);
        request.Headers.TryAddWithoutValidation("Range", range);
        return await Storage.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }
}
