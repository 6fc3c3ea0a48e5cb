using System.Net;
using System.Security.Cryptography;
using VideoGen.HttpApi.Errors;
using VideoGen.Storage.Contracts;
using VideoGen.Storage.Tests.Hosting;

namespace VideoGen.Storage.Tests.Uploads;

[Parallelizable(ParallelScope.All)]
public sealed class Uploading_a_file
{
    static StorageApplication Storage => SharedStorage.Application;

    [Test]
    public async Task Answers_201_with_facts_read_from_the_file()
    {
        var bytes = await SampleFiles.VideoAsync();
        using var answer = await Storage.UploadAsync(Guid.NewGuid(), bytes, "holiday.mp4");
        var asset = await StorageApplication.ReadAsync<AssetView>(answer);
        Assert.Multiple(() =>
        {
            Assert.That((int)answer.StatusCode, Is.EqualTo(201));
            Assert.That(answer.Headers.Location?.ToString(), Is.EqualTo($"/v1/assets/{asset.Id}"));
            Assert.That((asset.Kind, asset.Origin, asset.JobId, asset.MediaType, asset.FileName), Is.EqualTo(("video", "upload", (Guid?)null, "video/mp4", "holiday.mp4")));
            Assert.That((asset.SizeBytes, asset.Sha256), Is.EqualTo(((long)bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes)))));
            Assert.That((asset.Width, asset.Height, asset.Fps, asset.HasAudio), Is.EqualTo(((int?)640, (int?)360, (double?)24, (bool?)true)));
            Assert.That(asset.DurationSeconds, Is.EqualTo(4).Within(0.1));
            Assert.That(asset.Url, Does.StartWith($"http://gateway.example:8080/v1/assets/{asset.Id}/content?expires="));
            Assert.That((asset.ThumbnailUrl, asset.PreviewUrl), Is.Not.EqualTo(((string?)null, (string?)null)));
        });
    }
}
