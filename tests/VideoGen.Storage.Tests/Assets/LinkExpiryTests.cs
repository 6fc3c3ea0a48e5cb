using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using VideoGen.HttpApi.Errors;
using VideoGen.Storage.Contracts;
using VideoGen.Storage.Tests.Hosting;

namespace VideoGen.Storage.Tests.Assets;

[Parallelizable(ParallelScope.All)]
public sealed class Asking_for_an_asset_with_any_time_of_expiry
{
    static readonly string[] Times =
    [
        "999999999999999", "253402300800", "9223372036854775807", "99999999999999999999", "-1", "0", "soon", "1.5",
    ];

    /// <summary>What no route takes in a query: nothing, NUL, a name twice.</summary>
    static readonly string[] Unreadable = ["", "%00", "1&expires=2", "999999999999999&expires=999999999999999", "&expires="];

    readonly Guid _account = Guid.NewGuid();
    AssetView _asset = null!;
    byte[] _bytes = [];

    static StorageApplication Storage => SharedStorage.Application;

    string Path => $"/v1/assets/{_asset.Id}/content";

    [OneTimeSetUp]
    public async Task Upload()
    {
        _bytes = await SampleFiles.PngAsync();
        _asset = await Storage.UploadGoodAsync(_account, _bytes, "a.png");
    }

    [TestCaseSource(nameof(Times))]
    public async Task Gives_it_to_the_account_whatever_the_time_says(string expires)
    {
        using var answer = await Storage.SendAsync(HttpMethod.Get, $"{Path}?expires={expires}", _account);
        Assert.That((int)answer.StatusCode, Is.EqualTo(200));
        Assert.That(await answer.Content.ReadAsByteArrayAsync(), Is.EqualTo(_bytes));
    }

    [TestCaseSource(nameof(Times))]
    public async Task Refuses_whoever_has_only_a_time(string expires)
    {
        using var answer = await Storage.Http.GetAsync($"{Path}?expires={expires}");
        Assert.That((int)answer.StatusCode, Is.EqualTo(401));
    }

    [TestCaseSource(nameof(Times))]
    public async Task Refuses_a_link_whose_time_was_replaced_with_and_without_a_key(string expires)
    {
        var link = $"{Path}?expires={expires}&signature={new Uri(_asset.Url).Query.Split("signature=")[1]}";
        using var without = await Storage.Http.GetAsync(link);
        using var with = await Storage.SendAsync(HttpMethod.Get, link, _account);
        await AssertBadLinkAsync(without);
        await AssertBadLinkAsync(with);
    }

    [TestCaseSource(nameof(Unreadable))]
    public async Task Names_the_time_when_it_is_no_text_or_comes_twice(string expires)
    {
        var link = $"{Path}?expires={expires}";
        using var without = await Storage.Http.GetAsync(link);
        using var with = await Storage.SendAsync(HttpMethod.Get, link, _account);
        using var signed = await Storage.Http.GetAsync($"{link}&signature={new Uri(_asset.Url).Query.Split("signature=")[1]}");
        foreach (var answer in (HttpResponseMessage[])[without, with, signed])
        {
            Assert.That((int)answer.StatusCode, Is.EqualTo(400));
            Assert.That((await StorageApplication.ReadAsync<Problem>(answer)).Errors!.Keys, Is.EqualTo(new[] { "expires" }));
        }
    }

    [TestCase("999999999999999")]
    [TestCase("253402300800")]
    [TestCase("9223372036854775807")]
    public async Task Refuses_a_time_past_the_calendar_even_when_it_is_signed(string expires)
    {
        using var answer = await Storage.Http.GetAsync($"{Path}?expires={expires}&signature={Signature(expires)}");
        await AssertBadLinkAsync(answer);
    }

    [Test]
    public async Task Takes_the_last_second_of_the_calendar_when_it_is_signed()
    {
        using var answer = await Storage.Http.GetAsync($"{Path}?expires=253402300799&signature={Signature("253402300799")}");
        Assert.That((int)answer.StatusCode, Is.EqualTo(200));
    }

    /// <summary>By hand, because our own signer takes no such times.</summary>
    string Signature(string expires)
    {
        var signed = Encoding.UTF8.GetBytes($"GET\n{Path}\n{expires}\n");
        return Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Keys.Links), signed));
    }

    static async Task AssertBadLinkAsync(HttpResponseMessage answer)
    {
        var problem = await StorageApplication.ReadAsync<Problem>(answer);
        Assert.That(((int)answer.StatusCode, problem.Code), Is.EqualTo((403, "link_expired")));
    }
}
