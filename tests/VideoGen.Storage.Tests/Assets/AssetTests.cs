using System.Net.Http.Json;
using VideoGen.HttpApi;
using VideoGen.HttpApi.Errors;
using VideoGen.HttpApi.Paging;
using VideoGen.ServiceDefaults.Callers;
using VideoGen.Storage.Assets;
using VideoGen.Storage.Contracts;
using VideoGen.Storage.Tests.Hosting;
using VideoGen.Testing;

namespace VideoGen.Storage.Tests.Assets;

[Parallelizable(ParallelScope.All)]
public sealed class Reading_and_deleting_assets
{
    static StorageApplication Storage => SharedStorage.Application;

    [Test]
    public async Task Gets_one()
    {
        var account = Guid.NewGuid();
        var uploaded = await Storage.UploadGoodAsync(account, await SampleFiles.PngAsync(), "a.png");
        using var answer = await Storage.SendAsync(HttpMethod.Get, $"/v1/assets/{uploaded.Id}", account);
        var found = await StorageApplication.ReadAsync<AssetView>(answer);
        Assert.That(found with { Url = "", ThumbnailUrl = "" }, Is.EqualTo(uploaded with { Url = "", ThumbnailUrl = "" }));
    }

    [TestCase("GET", "")]
    [TestCase("DELETE", "")]
    [TestCase("GET", "/content")]
    [TestCase("HEAD", "/content")]
    [TestCase("GET", "/thumbnail")]
    public async Task Answers_a_foreign_asset_exactly_like_a_missing_one(string method, string suffix)
    {
        var asset = await Storage.UploadGoodAsync(Guid.NewGuid(), await SampleFiles.PngAsync(), "a.png");
        var stranger = Guid.NewGuid();
        var foreign = await AnswerAsync($"/v1/assets/{asset.Id}{suffix}");
        var missing = await AnswerAsync($"/v1/assets/{Guid.NewGuid()}{suffix}");
        Assert.Multiple(() =>
        {
            Assert.That(foreign.Status, Is.EqualTo(404));
            Assert.That(foreign, Is.EqualTo(missing));
        });

        async Task<(int Status, string? Type, string? Code, string? Detail)> AnswerAsync(string path)
        {
            using var answer = await Storage.SendAsync(new HttpMethod(method), path, stranger);
            var problem = method == "HEAD" ? null : await StorageApplication.ReadAsync<Problem>(answer);
            return ((int)answer.StatusCode, answer.Content.Headers.ContentType?.ToString(), problem?.Code, problem?.Detail);
        }
    }

    [TestCase("/v1/assets/not-an-id")]
    [TestCase("/v1/assets/00000000-0000-0000-0000-000000000000")]
    [TestCase("/v1/assets/%F0%9F%A6%8A")]
    public async Task Answers_404_for_what_is_no_id(string path)
    {
        using var answer = await Storage.SendAsync(HttpMethod.Get, path, Guid.NewGuid());
        Assert.That((int)answer.StatusCode, Is.EqualTo(404));
        Assert.That((await StorageApplication.ReadAsync<Problem>(answer)).Code, Is.EqualTo("not_found"));
    }

    [Test]
    public async Task Deletes_once_with_every_file_and_link()
    {
        var account = Guid.NewGuid();
        var asset = await Storage.UploadGoodAsync(account, await SampleFiles.VideoAsync(), "a.mp4");
        var row = await RowAsync(asset.Id);
        Assert.That(Stored(row), Has.Count.EqualTo(3));

        using var first = await Storage.SendAsync(HttpMethod.Delete, $"/v1/assets/{asset.Id}", account);
        using var second = await Storage.SendAsync(HttpMethod.Delete, $"/v1/assets/{asset.Id}", account);
        Assert.That(((int)first.StatusCode, (int)second.StatusCode), Is.EqualTo((204, 404)));
        foreach (var link in new[] { asset.Url, asset.ThumbnailUrl!, asset.PreviewUrl! })
        {
            using var answer = await Storage.FollowAsync(link);
            Assert.That((int)answer.StatusCode, Is.EqualTo(404));
        }
        await Eventually.ThatAsync(() => Stored(row).Count == 0, because: "the objects go");
    }

    [Test]
    public async Task Does_not_delete_without_the_scope()
    {
        var account = Guid.NewGuid();
        var asset = await Storage.UploadGoodAsync(account, await SampleFiles.PngAsync(), "a.png");
        var request = new HttpRequestMessage(HttpMethod.Delete, $"/v1/assets/{asset.Id}");
        request.Headers.Add(CallerToken.Header, StorageApplication.TokenOf(account, "assets:read"));
        using var answer = await Storage.Http.SendAsync(request);
        Assert.That((int)answer.StatusCode, Is.EqualTo(403));
    }

    [Test]
    public async Task Lists_by_pages_the_newest_first_and_by_filters()
    {
        var account = Guid.NewGuid();
        var uploaded = new List<Guid>();
        for (var n = 0; n < 5; n++) uploaded.Add((await Storage.UploadGoodAsync(account, await SampleFiles.PngAsync(), $"{n}.png")).Id);
        uploaded.Add((await Storage.UploadGoodAsync(account, await SampleFiles.Mp3Async(), "x.mp3")).Id);
        await Storage.UploadGoodAsync(Guid.NewGuid(), await SampleFiles.PngAsync(), "foreign.png");
        uploaded.Reverse();

        var first = await ListAsync(account, "limit=4");
        var second = await ListAsync(account, $"limit=4&cursor={first.NextCursor}");
        Assert.Multiple(async () =>
        {
            Assert.That(first.Data.Concat(second.Data).Select(asset => asset.Id), Is.EqualTo(uploaded));
            Assert.That((first.HasMore, second.HasMore, second.NextCursor), Is.EqualTo((true, false, (string?)null)));
            Assert.That((await ListAsync(account, "kind=audio")).Data, Has.Count.EqualTo(1));
            Assert.That((await ListAsync(account, "kind=image&origin=upload")).Data, Has.Count.EqualTo(5));
            Assert.That((await ListAsync(account, "origin=job")).Data, Is.Empty);
            Assert.That((await ListAsync(account, $"job_id={Guid.NewGuid()}")).Data, Is.Empty);
            Assert.That((await ListAsync(Guid.NewGuid(), "")).Data, Is.Empty);
        });
    }

    [Test]
    public async Task Names_every_fault_of_a_list()
    {
        using var answer = await Storage.SendAsync(HttpMethod.Get, "/v1/assets?kind=movie&limit=1000&cursor=x&job_id=7&origin=%00", Guid.NewGuid());
        var problem = await StorageApplication.ReadAsync<Problem>(answer);
        Assert.That(((int)answer.StatusCode, problem.Errors?.Count), Is.EqualTo((400, (int?)5)));
    }

    [Test]
    public async Task Resolves_what_belongs_to_the_account_into_links_that_work()
    {
        var account = Guid.NewGuid();
        var bytes = await SampleFiles.PngAsync();
        var (mine, foreign) = (await Storage.UploadGoodAsync(account, bytes, "a.png"), await Storage.UploadGoodAsync(Guid.NewGuid(), bytes, "b.png"));
        using var answer = await Storage.SendAsync(HttpMethod.Post, "/internal/assets/resolve", accountId: null,
            JsonContent.Create(new ResolveAssets(account, [mine.Id, foreign.Id, Guid.NewGuid()], 60), options: ApiJson.Options));
        var resolved = (await StorageApplication.ReadAsync<ResolvedAssets>(answer)).Assets.Single();
        using var http = new HttpClient();
        Assert.Multiple(async () =>
        {
            Assert.That((resolved.AssetId, resolved.Kind, resolved.MediaType, resolved.Width, resolved.Height), Is.EqualTo((mine.Id, "image", "image/png", (int?)320, (int?)240)));
            Assert.That(resolved.Url.GetLeftPart(UriPartial.Authority), Is.EqualTo(Storage.Http.BaseAddress!.GetLeftPart(UriPartial.Authority)));
            Assert.That(await http.GetByteArrayAsync(resolved.Url), Is.EqualTo(bytes));
        });
    }

    [Test]
    public async Task Shows_its_internal_routes_to_services_only()
    {
        using var nobody = await Storage.Http.PostAsync("/internal/assets/resolve", JsonContent.Create(new ResolveAssets(Guid.NewGuid(), [], 60)));
        using var openApi = await Storage.SendAsync(HttpMethod.Get, "/internal/openapi/v1.json", accountId: null);
        var document = await openApi.Content.ReadAsStringAsync();
        Assert.Multiple(() =>
        {
            Assert.That((int)nobody.StatusCode, Is.EqualTo(401));
            Assert.That(document, Does.Contain("\"/v1/uploads\"").And.Contain("\"GetAssetContent\"").And.Contain("\"multipart/form-data\"").And.Not.Contain("/internal/"));
        });
    }

    static async Task<Page<AssetView>> ListAsync(Guid account, string query)
    {
        using var answer = await Storage.SendAsync(HttpMethod.Get, $"/v1/assets?{query}", account);
        return await StorageApplication.ReadAsync<Page<AssetView>>(answer);
    }

    static async Task<AssetRow> RowAsync(Guid id) =>
        await Microsoft.Extensions.DependencyInjection.ServiceProviderServiceExtensions.GetRequiredService<AssetStore>(Storage.Services).FindLinkedAsync(id, default)
            ?? throw new InvalidOperationException("no such row");

    static List<string> Stored(AssetRow row) => [.. Storage.Files().Where(file => row.Objects.Keys.Any(key => Path.GetFileName(file) == key.ToString()))];
}
