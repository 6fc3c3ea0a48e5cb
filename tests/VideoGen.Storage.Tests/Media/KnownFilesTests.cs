using Microsoft.Extensions.Options;
using VideoGen.Ffmpeg.Formats;
using VideoGen.Ffmpeg.Probing;
using VideoGen.Storage.Media;
using VideoGen.Storage.Objects;

namespace VideoGen.Storage.Tests.Media;

public sealed class Remembering_what_was_found_out_about_the_same_bytes
{
    static readonly MediaFacts Facts = new(
        "image", "image/png", ".png", "png", VideoCodec: "png", AudioCodec: null, Width: 1, Height: 1, DurationSeconds: null, Fps: null,
        HasAudio: false, Frames: 1, Streams: 1) { Format = MediaFormat.Png };

    string _folder = "";
    WorkFolder _work = null!;

    [SetUp]
    public void Begin()
    {
        _folder = Directory.CreateTempSubdirectory("videogen-known-").FullName;
        _work = new WorkFolder(Options.Create(new StorageOptions { Folder = _folder }));
    }

    [TearDown]
    public void Remove() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task Gives_the_facts_and_copies_of_the_pictures()
    {
        using var known = Known();
        using (var first = await AddAsync(known, "aa"))
            File.WriteAllBytes(first.Thumbnail!.Path, [9]);
        using var again = await known.FindAsync(new ReceivedFile("elsewhere", "aa", 3), default);
        Assert.Multiple(() =>
        {
            Assert.That(again!.Facts, Is.EqualTo(Facts));
            Assert.That(again.Received.Path, Is.EqualTo("elsewhere"));
            Assert.That(File.ReadAllBytes(again.Thumbnail!.Path), Is.EqualTo(new byte[] { 1, 2 }));
            Assert.That(again.Preview, Is.Null);
        });
    }

    [Test]
    public async Task Starts_no_process_for_them()
    {
        using var known = Known();
        using var first = await AddAsync(known, "aa");
        // Without the means to look at a file.
        var intake = new Intake(check: null!, stills: null!, _work, known, objects: null!, TimeProvider.System, log: null!);
        var result = await intake.PrepareAsync(new ReceivedFile("elsewhere", "aa", 3), ["image"], default);
        Assert.That(result, Is.InstanceOf<IntakeResult.Ready>());
        ((IntakeResult.Ready)result).File.Dispose();
        var refused = await intake.PrepareAsync(new ReceivedFile("elsewhere", "aa", 3), ["video"], default);
        Assert.That((refused as IntakeResult.Refused)?.Reason, Is.EqualTo("The file is an image (image/png) where a video is wanted."));
        Assert.That(Directory.GetFiles(Path.Combine(_folder, "work")), Has.Length.EqualTo(1), "the first one's thumbnail");
    }

    [TestCase("ab", 3)]
    [TestCase("aa", 4)]
    public async Task Knows_no_other_bytes(string sha256, long size)
    {
        using var known = Known();
        using var first = await AddAsync(known, "aa");
        Assert.That(await known.FindAsync(new ReceivedFile("elsewhere", sha256, size), default), Is.Null);
    }

    [TestCase(0)]
    [TestCase(10_000)]
    public async Task Keeps_nothing_that_is_large_beside_the_room_for_it(long room)
    {
        using var known = Known(room);
        using var first = await AddAsync(known, "aa");
        Assert.That(await known.FindAsync(new ReceivedFile("elsewhere", "aa", 3), default), Is.Null);
    }

    KnownFiles Known(long bytes = 1 << 20) => new(_work, Options.Create(new StorageOptions { Folder = _folder, KnownFilesBytes = bytes }));

    async Task<PreparedFile> AddAsync(KnownFiles known, string sha256)
    {
        var thumbnail = _work.New(".jpg");
        await File.WriteAllBytesAsync(thumbnail.Path, [1, 2]);
        var file = new PreparedFile(new ReceivedFile("here", sha256, 3), Facts, thumbnail, Preview: null);
        await known.AddAsync(file, default);
        return file;
    }
}
