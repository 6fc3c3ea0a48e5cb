using System.Net.Http.Json;
using VideoGen.HttpApi;
using VideoGen.HttpApi.Errors;
using VideoGen.Storage.Contracts;
using VideoGen.Storage.Tests.Hosting;

namespace VideoGen.Storage.Tests.Ingest;

public sealed class Importing_a_customers_url
{
    SourceServer _source = null!;

    static StorageApplication Storage => SharedStorage.Application;

    [OneTimeSetUp]
    public async Task Start() => _source = await SourceServer.StartAsync();

    [OneTimeTearDown]
    public async Task Stop() => await _source.DisposeAsync();

    [Test]
    public async Task Makes_it_an_asset_of_the_account()
    {
        var account = Guid.NewGuid();
        var bytes = await SampleFiles.JpegAsync();
        using var answer = await ImportAsync(account, _source.Serve(bytes, "text/plain").ToString(), "image");
        var asset = await StorageApplication.ReadAsync<ResolvedAsset>(answer);
        using var http = new HttpClient();
        using var view = await Storage.SendAsync(HttpMethod.Get, $"/v1/assets/{asset.AssetId}", account);
        Assert.Multiple(async () =>
        {
            Assert.That((asset.Kind, asset.MediaType, asset.SizeBytes, asset.Width), Is.EqualTo(("image", "image/jpeg", (long)bytes.Length, (int?)800)));
            Assert.That(await http.GetByteArrayAsync(asset.Url), Is.EqualTo(bytes));
            Assert.That((await StorageApplication.ReadAsync<AssetView>(view)).Origin, Is.EqualTo("upload"));
        });
    }

    [Test]
    public async Task Refuses_with_a_sentence_for_the_customer()
    {
        (string Url, string Text)[] bad =
        [
            ("not a url", "not valid"),
            ("", "not valid"),
            ("ftp://example.com/a.png", "https://"),
            ("file:///etc/passwd", "https://"),
            ("http://10.0.0.1/a.png", "not a public one"),
            ("http://169.254.169.254/latest/meta-data", "not a public one"),
            ("http://user:secret@127.0.0.1/a.png", "user name"),
            (_source.Serve(404).ToString(), "answered 404"),
            (_source.Serve("<html></html> and a little more"u8.ToArray(), "image/png").ToString(), "first bytes"),
            (_source.Serve([]).ToString(), "empty"),
            (_source.Serve(await SampleFiles.Mp3Async()).ToString(), "an audio (audio/mpeg) where an image is wanted"),
            (_source.Serve(new byte[3_000_001]).ToString(), "larger than 3000000"),
        ];
        foreach (var (url, text) in bad)
        {
            var account = Guid.NewGuid();
            using var answer = await ImportAsync(account, url, "image");
            var problem = await StorageApplication.ReadAsync<Problem>(answer);
            Assert.Multiple(async () =>
            {
                Assert.That(((int)answer.StatusCode, problem.Code), Is.EqualTo((400, "invalid_media")), url);
                Assert.That(problem.Detail, Does.StartWith("url: ").And.Contain(text), url);
                Assert.That(await Storage.Database.ScalarAsync<long>("select count(*) from asset where account_id = $1", account), Is.Zero);
            });
        }
    }

    static Task<HttpResponseMessage> ImportAsync(Guid account, string url, params string[] kinds) =>
        Storage.SendAsync(HttpMethod.Post, "/internal/assets/import", accountId: null, JsonContent.Create(new ImportAsset(account, url, kinds), options: ApiJson.Options));
}
