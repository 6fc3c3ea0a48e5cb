using System.Buffers.Binary;
using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using Microsoft.Extensions.Options;
using VideoGen.Ffmpeg.Formats;
using VideoGen.Ffmpeg.Probing;

namespace VideoGen.Ffmpeg.Tests.Probing;

/// <summary>Files that attack ffmpeg: scripts that open other files, and small files that unpack to huge ones.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class Looking_at_hostile_files
{
    static readonly MediaCheck Check = new(new MediaProbe(Options.Create(Samples.Options)), Samples.Runner, Options.Create(Samples.Options));

    [Test]
    public async Task Playlists_and_scripts_named_mp4_open_no_other_file()
    {
        await Samples.PathAsync("clip.mp4");
        foreach (var script in Scripts())
        {
            var path = Samples.NewPath(".mp4");
            await File.WriteAllTextAsync(path, script);
            Assert.That(await Check.ProveAsync(path), Is.InstanceOf<ProbeResult.Refused>(), script);
            // And even without the magic bytes, ffmpeg itself refuses them by the list of demuxers.
            var output = Samples.NewPath(".mp4");
            var result = await Samples.Runner.RunAsync(new FfmpegCall([.. FfmpegInput.Untrusted(path), "-c", "copy"]) { Output = output });
            Assert.That(result, Is.InstanceOf<FfmpegResult.Failed>(), script);
            Assert.That(File.Exists(output), Is.False);
        }
    }

    [Test]
    public async Task A_playlist_inside_an_avi_opens_no_other_file()
    {
        // The trick of CVE-2017-9993: a GAB2 subtitle packet in an AVI that holds a playlist.
        var playlist = $"#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:1.0\n{await Samples.PathAsync("clip.mp4")}\n#EXT-X-ENDLIST\n";
        var path = Samples.NewPath(".avi");
        await File.WriteAllBytesAsync(path, [.. "RIFF\0\u0001\0\0AVI LIST\0\u0001\0\0movi00dcGAB2\0"u8, .. Encoding.ASCII.GetBytes(playlist)]);
        Assert.That(await Check.ProveAsync(path), Is.InstanceOf<ProbeResult.Refused>());
    }

    [Test]
    public async Task Names_that_are_protocols_are_taken_for_files()
    {
        foreach (var name in (string[])["concat:clip.mp4|clip.mp4", "subfile,,start,0,end,100,,:clip.mp4", "http://127.0.0.1:1/x.mp4", "data:video/mp4;base64,AAAA"])
        {
            var result = await Samples.Runner.RunAsync(new FfmpegCall([.. FfmpegInput.Untrusted(name), "-f", "null", "-"]) { WorkFolder = Samples.Folder });
            Assert.That(result, Is.InstanceOf<FfmpegResult.Failed>(), name);
            Assert.That(((FfmpegResult.Failed)result).Errors[^1], Does.Contain("No such file"), name);
        }
    }

    [TestCase(16000, 16000)]
    [TestCase(8193, 100)]
    [TestCase(7000, 7000)]
    public async Task A_picture_of_too_many_pixels_is_refused_before_it_is_decoded(int width, int height)
    {
        var path = Samples.NewPath(".png");
        await WritePngAsync(path, width, height);
        Assert.That(new FileInfo(path).Length, Is.LessThan(64 * 1024));
        var clock = Stopwatch.StartNew();
        Assert.That(await Check.ProveAsync(path), Is.InstanceOf<ProbeResult.Refused>());
        Assert.That(clock.Elapsed, Is.LessThan(TimeSpan.FromSeconds(10)));
    }

    [Test]
    public async Task A_picture_of_the_largest_size_is_taken()
    {
        var path = Samples.NewPath(".png");
        await WritePngAsync(path, 8192, 4882);
        Assert.That(await Check.ProveAsync(path), Is.InstanceOf<ProbeResult.Ok>());
    }

    [Test]
    public async Task A_gif_with_a_huge_screen_is_refused()
    {
        var bytes = await File.ReadAllBytesAsync(await Samples.PathAsync("clip.gif"));
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(6), 65535);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(8), 65535);
        var path = Samples.NewPath(".gif");
        await File.WriteAllBytesAsync(path, bytes);
        Assert.That(await Check.ProveAsync(path), Is.InstanceOf<ProbeResult.Refused>());
    }

    [Test]
    public async Task A_video_that_claims_to_play_for_years_is_refused()
    {
        var bytes = await File.ReadAllBytesAsync(await Samples.PathAsync("sound.wav"));
        var path = Samples.NewPath(".wav");
        // One byte a second: the length of the file becomes its duration.
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(24), 1);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(28), 2);
        await File.WriteAllBytesAsync(path, bytes);
        var result = await Check.ProveAsync(path);
        Assert.That(result, Is.InstanceOf<ProbeResult.Refused>());
        Assert.That(((ProbeResult.Refused)result).Reason, Does.Contain("plays for"));
    }

    [Test]
    public async Task A_file_with_too_many_streams_is_refused()
    {
        var path = Samples.NewPath(".mkv");
        string[] maps = [.. Enumerable.Repeat((string[])["-map", "0:a"], 17).SelectMany(map => map)];
        await Samples.MakeAsync(["-i", await Samples.PathAsync("clip.mp4"), .. maps, "-c", "copy", path]);
        var result = await Check.ProveAsync(path);
        Assert.That((result as ProbeResult.Refused)?.Reason, Does.Contain("too many streams"));
    }

    static IEnumerable<string> Scripts()
    {
        var clip = Path.Combine(Samples.Folder, "clip.mp4");
        yield return $"#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:2\n#EXTINF:2.0,\n{clip}\n#EXT-X-ENDLIST\n";
        yield return "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:2\n#EXTINF:2.0,\nclip.mp4\n#EXT-X-ENDLIST\n";
        yield return "ffconcat version 1.0\nfile clip.mp4\n";
        yield return $"ffconcat version 1.0\nfile '{clip}'\n";
        yield return "<?xml version=\"1.0\"?><MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\" type=\"static\" mediaPresentationDuration=\"PT2S\"><Period><AdaptationSet>"
            + "<Representation id=\"1\" bandwidth=\"1\" mimeType=\"video/mp4\"><BaseURL>clip.mp4</BaseURL><SegmentBase/></Representation></AdaptationSet></Period></MPD>";
    }

    static async Task WritePngAsync(string path, int width, int height)
    {
        using var packed = new MemoryStream();
        await using (var zlib = new ZLibStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            var row = new byte[width / 8 + (width % 8 == 0 ? 1 : 2)]; // one bit a pixel, one byte of filter
            for (var y = 0; y < height; y++) await zlib.WriteAsync(row);
        }
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = 1;
        await File.WriteAllBytesAsync(path,
            [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, .. Chunk("IHDR", header), .. Chunk("IDAT", packed.ToArray()), .. Chunk("IEND", [])]);
        Assert.That(await MagicBytes.SniffAsync(path), Is.EqualTo(MediaFormat.Png));
    }

    static byte[] Chunk(string type, byte[] content)
    {
        byte[] body = [.. Encoding.ASCII.GetBytes(type), .. content];
        var frame = new byte[8];
        BinaryPrimitives.WriteInt32BigEndian(frame, content.Length);
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(4), Crc32(body));
        return [.. frame[..4], .. body, .. frame[4..]];
    }

    static uint Crc32(byte[] bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0xEDB88320;
        }
        return ~crc;
    }
}
