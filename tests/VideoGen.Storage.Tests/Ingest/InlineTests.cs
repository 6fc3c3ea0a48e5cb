using System.Net.Http.Headers;
using VideoGen.HttpApi.Errors;
using VideoGen.Storage.Contracts;
using VideoGen.Storage.Tests.Hosting;

namespace VideoGen.Storage.Tests.Ingest;

public sealed class Keeping_a_file_that_came_in_a_request
{
    static StorageApplication Storage => SharedStorage.Application;

    [TestCase(true)]
    [TestCase(false)]
    public async Task Makes_it_an_asset_of_the_account_and_of_the_world(bool test)
    {
        var account = Guid.NewGuid();
        var bytes = await SampleFiles.JpegAsync();
        using var answer =
            await KeepAsync(account, bytes, "image/jpg", $"&kind=image&kind=video&valid_seconds=60&test={(test ? "true" : "false")}");
        var asset = await StorageApplication.ReadAsync<ResolvedAsset>(answer);
        using var http = new HttpClient();
        Assert.Multiple(async () =>
        {
            Assert.That((asset.Kind, asset.MediaType, asset.SizeBytes, asset.Width),
                Is.EqualTo(("image", "image/jpeg", (long)bytes.Length, (int?)800)));
            Assert.That(await http.GetByteArrayAsync(asset.Url), Is.EqualTo(bytes));
            Assert.That(await Storage.Database.ScalarAsync<bool>("select test from asset where id = $1", asset.AssetId), Is.EqualTo(test));
        });
    }

    [TestCase("image/png", "", "It says that it is image/png, but its bytes are image/jpeg")]
    [TestCase("video/mp4", "", "It says that it is video/mp4, but its bytes are image/jpeg")]
    [TestCase("image/jpeg", "&kind=video&kind=audio", "where a video or an audio is wanted")]
    public async Task Refuses_what_it_is_not(string type, string query, string text)
    {
        var account = Guid.NewGuid();
        using var answer = await KeepAsync(account, await SampleFiles.JpegAsync(), type, query);
        var problem = await StorageApplication.ReadAsync<Problem>(answer);
        Assert.Multiple(async () =>
        {
            Assert.That(((int)answer.StatusCode, problem.Code), Is.EqualTo((400, "invalid_media")));
            Assert.That(problem.Errors!["file"].Single(), Does.Contain(text));
            Assert.That(await Storage.Database.ScalarAsync<long>("select count(*) from asset where account_id = $1", account), Is.Zero);
        });
    }

    [Test]
    public async Task Refuses_what_is_larger_than_an_upload()
    {
        using var answer = await KeepAsync(Guid.NewGuid(), new byte[3_000_001], "image/png", "");
        Assert.That((int)answer.StatusCode, Is.EqualTo(413));
    }

    static Task<HttpResponseMessage> KeepAsync(Guid account, byte[] bytes, string type, string query)
    {
        var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        return Storage.SendAsync(HttpMethod.Post, $"/internal/assets/inline?account_id={account}{query}", accountId: null, content);
    }
}
