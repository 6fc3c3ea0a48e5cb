using System.Net.Http.Json;
using VideoGen.HttpApi;
using VideoGen.HttpApi.Paging;
using VideoGen.ServiceDefaults.Callers;
using VideoGen.Storage.Contracts;
using VideoGen.Storage.Tests.Hosting;

namespace VideoGen.Storage.Tests.Assets;

/// <summary>A file belongs to the world of the key that uploaded it; what was kept before there were two is there for both.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class Files_of_each_world
{
    static StorageApplication Storage => SharedStorage.Application;

    [Test]
    public async Task Are_there_for_their_own_world_and_for_who_sees_both([Values] bool test)
    {
        var account = Guid.NewGuid();
        var asset = await UploadAsync(account, test);
        foreach (var (sees, found) in new[] { (Of(account, test), true), (Of(account, !test), false), (Of(account, test: null), true) })
        {
            using var read = await SendAsync(sees, HttpMethod.Get, $"/v1/assets/{asset.Id}");
            using var content = await SendAsync(sees, HttpMethod.Get, $"/v1/assets/{asset.Id}/content");
            using var list = await SendAsync(sees, HttpMethod.Get, "/v1/assets");
            var resolved = await ResolveAsync(account, asset.Id, sees.Sees.Test);
            Assert.Multiple(async () =>
            {
                Assert.That((int)read.StatusCode, Is.EqualTo(found ? 200 : 404));
                Assert.That((int)content.StatusCode, Is.EqualTo(found ? 200 : 404));
                Assert.That((await StorageApplication.ReadAsync<Page<AssetView>>(list)).Data.Select(one => (one.Id, one.Test)),
                    Is.EqualTo(found ? [(asset.Id, test)] : Array.Empty<(Guid, bool?)>()));
                Assert.That(resolved.Assets.Select(one => one.AssetId), Is.EqualTo(found ? [asset.Id] : Array.Empty<Guid>()));
            });
        }
    }

    [Test]
    public async Task Are_deleted_from_their_own_world_alone([Values] bool test)
    {
        var account = Guid.NewGuid();
        var asset = await UploadAsync(account, test);
        using var foreign = await SendAsync(Of(account, !test), HttpMethod.Delete, $"/v1/assets/{asset.Id}");
        using var own = await SendAsync(Of(account, test), HttpMethod.Delete, $"/v1/assets/{asset.Id}");
        Assert.That(((int)foreign.StatusCode, (int)own.StatusCode), Is.EqualTo((404, 204)));
    }

    [Test]
    public async Task Are_served_to_whoever_holds_a_link([Values] bool test)
    {
        var asset = await UploadAsync(Guid.NewGuid(), test);
        using var answer = await Storage.FollowAsync(asset.Url);
        Assert.That((int)answer.StatusCode, Is.EqualTo(200));
    }

    [Test]
    public async Task From_before_are_there_for_both([Values] bool test)
    {
        var account = Guid.NewGuid();
        var asset = await UploadAsync(account, test: false);
        await Storage.Database.ExecuteAsync("update asset set test = null where id = $1", asset.Id);
        using var read = await SendAsync(Of(account, test), HttpMethod.Get, $"/v1/assets/{asset.Id}");
        Assert.That((int)read.StatusCode, Is.EqualTo(200));
        Assert.That((await StorageApplication.ReadAsync<AssetView>(read)).Test, Is.Null);
    }

    [TestCase(true, 404)]
    [TestCase(false, 204)]
    [TestCase(null, 204)]
    public async Task From_before_are_not_for_a_test_key_to_delete(bool? test, int status)
    {
        var account = Guid.NewGuid();
        var asset = await UploadAsync(account, test: true);
        await Storage.Database.ExecuteAsync("update asset set test = null where id = $1", asset.Id);
        using var answer = await SendAsync(Of(account, test), HttpMethod.Delete, $"/v1/assets/{asset.Id}");
        Assert.That((int)answer.StatusCode, Is.EqualTo(status));
    }

    static Caller Of(Guid account, bool? test) => new(
        account, UserId: null, KeyId: Guid.CreateVersion7(), test ?? false, "pro", ["assets:read", "assets:write"],
            IsOperator: false, SeesBoth: test is null);

    static async Task<AssetView> UploadAsync(Guid account, bool test)
    {
        using var form = StorageApplication.FormOf(new ByteArrayContent(await SampleFiles.PngAsync()), "a.png");
        using var answer = await SendAsync(Of(account, test), HttpMethod.Post, "/v1/uploads", form);
        return await StorageApplication.ReadAsync<AssetView>(answer);
    }

    static async Task<ResolvedAssets> ResolveAsync(Guid account, Guid asset, bool? test)
    {
        using var content = JsonContent.Create(new ResolveAssets(account, [asset], 60, test), options: ApiJson.Options);
        using var answer = await Storage.SendAsync(HttpMethod.Post, "/internal/assets/resolve", accountId: null, content);
        return await StorageApplication.ReadAsync<ResolvedAssets>(answer);
    }

    static Task<HttpResponseMessage> SendAsync(Caller caller, HttpMethod method, string path, HttpContent? content = null)
    {
        var request = new HttpRequestMessage(method, path) { Content = content };
        request.Headers.Add(CallerToken.Header, StorageApplication.TokenOf(caller));
        return Storage.Http.SendAsync(request);
    }
}
