using System.Net.Http.Headers;
using System.Security.Cryptography;
using VideoGen.ServiceDefaults.Callers;
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
            Assert.That(asset.ThumbnailUrl, Is.Not.Null);
            Assert.That(asset.PreviewUrl, Is.Not.Null);
            Assert.That(asset.CreatedAt, Is.EqualTo(DateTimeOffset.UtcNow).Within(TimeSpan.FromMinutes(1)));
        });
    }

    [Test]
    public async Task Gives_an_image_a_thumbnail_and_no_preview()
    {
        var asset = await Storage.UploadGoodAsync(Guid.NewGuid(), await SampleFiles.JpegAsync(), "photo.jpg");
        Assert.Multiple(() =>
        {
            Assert.That((asset.Kind, asset.Width, asset.Height, asset.HasAudio, asset.DurationSeconds), Is.EqualTo(("image", (int?)800, (int?)600, (bool?)null, (double?)null)));
            Assert.That(asset.ThumbnailUrl, Is.Not.Null);
            Assert.That(asset.PreviewUrl, Is.Null);
        });
    }

    [TestCase(".jpg", 6)]
    [TestCase(".png", 8)]
    [TestCase(".webp", 5)]
    public async Task Shows_a_photograph_the_way_the_camera_was_held(string extension, int orientation)
    {
        var stored = await SampleFiles.MakeAsync(extension, "-f", "lavfi", "-i", "testsrc2=s=600x400", "-frames:v", "1", "-update", "1");
        var asset = await Storage.UploadGoodAsync(Guid.NewGuid(), VideoGen.Testing.ExifSamples.Mark(stored, extension, orientation),
            "photo" + extension);
        using var answer = await Storage.FollowAsync(asset.ThumbnailUrl!);
        var thumbnail = await Storage.UploadGoodAsync(Guid.NewGuid(), await answer.Content.ReadAsByteArrayAsync(), "thumbnail.jpg");
        Assert.That((asset.Width, asset.Height, thumbnail.Width, thumbnail.Height), Is.EqualTo(((int?)400, (int?)600, (int?)400,
            (int?)600)));
    }

    [Test]
    public async Task Measures_a_recording_that_does_not_tell_its_length()
    {
        var recording = await SampleFiles.MakeAsync(".webm", "-f", "lavfi", "-i", "testsrc2=s=160x120:r=30:d=3", "-c:v", "libvpx",
            "-deadline", "realtime", "-cpu-used", "8", "-live", "1");
        var asset = await Storage.UploadGoodAsync(Guid.NewGuid(), recording, "recording.webm");
        Assert.That((asset.DurationSeconds, asset.Fps), Is.EqualTo(((double?)3, (double?)30)).Within(0.05));
    }

    [Test]
    public async Task Gives_a_sound_neither()
    {
        var asset = await Storage.UploadGoodAsync(Guid.NewGuid(), await SampleFiles.Mp3Async(), "song.mp3");
        Assert.That((asset.Kind, asset.HasAudio, asset.ThumbnailUrl, asset.PreviewUrl), Is.EqualTo(("audio", (bool?)true, (string?)null, (string?)null)));
    }

    [Test]
    public async Task Makes_pictures_of_the_promised_size()
    {
        var asset = await Storage.UploadGoodAsync(Guid.NewGuid(), await SampleFiles.JpegAsync(), "photo.jpg");
        using var answer = await Storage.FollowAsync(asset.ThumbnailUrl!);
        var thumbnail = await Storage.UploadGoodAsync(Guid.NewGuid(), await answer.Content.ReadAsByteArrayAsync(), "thumbnail.jpg");
        var video = await Storage.UploadGoodAsync(Guid.NewGuid(), await SampleFiles.VideoAsync(), "clip.mp4");
        using var moving = await Storage.FollowAsync(video.PreviewUrl!);
        var preview = await Storage.UploadGoodAsync(Guid.NewGuid(), await moving.Content.ReadAsByteArrayAsync(), "preview.gif");
        Assert.Multiple(() =>
        {
            Assert.That(answer.Content.Headers.ContentType?.MediaType, Is.EqualTo("image/jpeg"));
            Assert.That((thumbnail.Width, thumbnail.Height), Is.EqualTo(((int?)640, (int?)480)));
            Assert.That(moving.Content.Headers.ContentType?.MediaType, Is.EqualTo("image/gif"));
            Assert.That((preview.MediaType, preview.Width, preview.Height), Is.EqualTo(("image/gif", (int?)320, (int?)180)));
        });
    }

    [TestCase("image/png")]
    [TestCase("application/octet-stream")]
    public async Task Takes_the_file_as_the_body_itself(string mediaType)
    {
        var content = new ByteArrayContent(await SampleFiles.PngAsync());
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(mediaType);
        content.Headers.ContentDisposition = ContentDispositionHeaderValue.Parse("attachment; filename*=UTF-8''sch%C3%B6n.png");
        using var answer = await Storage.SendAsync(HttpMethod.Post, "/v1/uploads", Guid.NewGuid(), content);
        var asset = await StorageApplication.ReadAsync<AssetView>(answer);
        Assert.That((asset.MediaType, asset.FileName), Is.EqualTo(("image/png", "schön.png")));
    }

    [Test]
    public async Task Takes_a_body_that_does_not_tell_its_length()
    {
        var bytes = await SampleFiles.PngAsync();
        var content = new StreamContent(new MemoryStream(bytes));
        content.Headers.ContentType = MediaTypeHeaderValue.Parse("image/png");
        var request = new HttpRequestMessage(HttpMethod.Post, "/v1/uploads") { Content = content };
        request.Headers.Add(CallerToken.Header, StorageApplication.TokenOf(Guid.NewGuid()));
        request.Headers.TransferEncodingChunked = true;
        using var answer = await Storage.Http.SendAsync(request);
        Assert.That((await StorageApplication.ReadAsync<AssetView>(answer)).SizeBytes, Is.EqualTo(bytes.Length));
    }

    [Test]
    public async Task Lets_the_bytes_decide_over_the_name()
    {
        using var answer = await Storage.UploadAsync(Guid.NewGuid(), await SampleFiles.JpegAsync(), "photo.png", "image/png");
        var asset = await StorageApplication.ReadAsync<AssetView>(answer);
        Assert.That((asset.MediaType, asset.FileName), Is.EqualTo(("image/jpeg", "photo.jpg")));
    }

    [TestCase("🦊 فيديو \"neu\".jpg")]
    [TestCase("../../../etc/passwd")]
    [TestCase("nul\0byte.jpg")]
    public async Task Takes_any_name(string name)
    {
        var content = new ByteArrayContent(await SampleFiles.JpegAsync());
        content.Headers.TryAddWithoutValidation("Content-Disposition", $"form-data; name=\"file\"; filename*=UTF-8''{Uri.EscapeDataString(name)}");
        using var answer = await Storage.SendAsync(HttpMethod.Post, "/v1/uploads", Guid.NewGuid(), new MultipartFormDataContent { content });
        var asset = await StorageApplication.ReadAsync<AssetView>(answer);
        Assert.That(asset.FileName, Does.EndWith(".jpg").And.Not.Contain("/").And.Not.Contain("\0"));
    }

    [Test]
    public async Task Keeps_the_same_bytes_twice_so_that_each_can_be_deleted()
    {
        var account = Guid.NewGuid();
        var bytes = await SampleFiles.PngAsync();
        var (first, second) = (await Storage.UploadGoodAsync(account, bytes, "a.png"), await Storage.UploadGoodAsync(account, bytes, "a.png"));
        using var deleted = await Storage.SendAsync(HttpMethod.Delete, $"/v1/assets/{first.Id}", account);
        using var gone = await Storage.FollowAsync(first.Url);
        using var there = await Storage.FollowAsync(second.Url);
        Assert.Multiple(async () =>
        {
            Assert.That(first.Id, Is.Not.EqualTo(second.Id));
            Assert.That(((int)deleted.StatusCode, (int)gone.StatusCode, (int)there.StatusCode), Is.EqualTo((204, 404, 200)));
            Assert.That(await there.Content.ReadAsByteArrayAsync(), Is.EqualTo(bytes));
        });
    }

    [Test]
    public async Task Keeps_many_uploads_at_once_apart()
    {
        var account = Guid.NewGuid();
        var colors = Enumerable.Range(0, 12).ToList();
        var files = await Task.WhenAll(colors.Select(n =>
            SampleFiles.MakeAsync(".png", "-f", "lavfi", "-i", $"color=c=0x{n:x2}80ff:s=64x{64 + 2 * n}:r=1", "-frames:v", "1", "-update", "1")));
        var assets = await Task.WhenAll(files.Select((bytes, n) => Storage.UploadGoodAsync(account, bytes, $"{n}.png")));
        foreach (var n in colors)
        {
            using var answer = await Storage.FollowAsync(assets[n].Url);
            Assert.That(await answer.Content.ReadAsByteArrayAsync(), Is.EqualTo(files[n]));
            Assert.That(assets[n].Height, Is.EqualTo(64 + 2 * n));
        }
    }
}
