using System.Net.Http.Headers;
using VideoGen.ServiceDefaults.Callers;
using VideoGen.Storage.Contracts;
using VideoGen.Storage.Tests.Hosting;

namespace VideoGen.Storage.Tests.Uploads;

/// <summary>A process of its own, so that what is measured is the service alone.</summary>
[NonParallelizable]
public sealed class Uploading_a_hundred_megabytes
{
    const long Size = 100L << 20;
    const long Allowed = 48L << 20;

    [Test]
    public async Task Takes_no_more_memory_than_a_small_file()
    {
        await using var settings = await StorageSettings.CreateAsync();
        await using var process = new StorageProcess(settings);
        await process.StartAsync();
        var small = await SampleFiles.MakeAsync(".mp3", "-f", "lavfi", "-i", "sine=sample_rate=44100:duration=2", "-b:a", "320k", "-write_xing", "0", "-id3v2_version", "0");
        await UploadAsync(process, small, small.Length); // warm: code compiled, pools filled
        var before = process.PeakMemoryBytes();
        var asset = await UploadAsync(process, small, Size);
        var grown = process.PeakMemoryBytes() - before;
        TestContext.Out.WriteLine($"peak {before >> 20} MiB before, {grown >> 20} MiB more for {Size >> 20} MiB");
        Assert.Multiple(() =>
        {
            Assert.That(asset.SizeBytes, Is.EqualTo(Size));
            Assert.That(grown, Is.LessThan(Allowed));
        });
    }

    static async Task<AssetView> UploadAsync(StorageProcess process, byte[] mp3, long size)
    {
        var content = new StreamContent(new RepeatedStream(mp3, size));
        content.Headers.ContentType = MediaTypeHeaderValue.Parse("audio/mpeg");
        content.Headers.ContentLength = size;
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(process.Address, "/v1/uploads")) { Content = content };
        request.Headers.Add(CallerToken.Header, StorageApplication.TokenOf(Guid.NewGuid()));
        using var answer = await process.Http.SendAsync(request);
        Assert.That((int)answer.StatusCode, Is.EqualTo(201), await answer.Content.ReadAsStringAsync());
        return await StorageApplication.ReadAsync<AssetView>(answer);
    }

    /// <summary>The frames of a sound again and again: an MP3 of any length.</summary>
    sealed class RepeatedStream(byte[] piece, long length) : Objects.ReadOnlyStream
    {
        long _at;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var from = (int)(_at % piece.Length);
            var count = (int)Math.Min(Math.Min(buffer.Length, piece.Length - from), length - _at);
            piece.AsSpan(from, count).CopyTo(buffer.Span);
            _at += count;
            return ValueTask.FromResult(count);
        }
    }
}
