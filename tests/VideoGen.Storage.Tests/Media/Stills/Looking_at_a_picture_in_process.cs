using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using NetVips;
using VideoGen.Ffmpeg;
using VideoGen.Ffmpeg.Formats;
using VideoGen.Ffmpeg.Probing;
using VideoGen.Storage.Media;
using VideoGen.Storage.Media.Stills;
using VideoGen.Storage.Objects;

namespace VideoGen.Storage.Tests.Media.Stills;

/// <summary>STILL_TURNS: how many pictures of random sort and size are compared with what ffmpeg makes of them; 4 when not set.</summary>
public sealed class Looking_at_a_picture_in_process
{
    static readonly int Turns = int.TryParse(Environment.GetEnvironmentVariable("STILL_TURNS"), out var turns) ? turns : 4;

    static readonly string[] Sorts =
    [
        "rgb.png", "interlaced.png", "rgba.png", "grey.png", "palette.png", "baseline.jpg", "full.jpg", "progressive.jpg", "grey.jpg",
        "lossy.webp", "lossless.webp", "alpha.webp", "baseline@2.jpg", "baseline@3.jpg", "full@4.jpg", "progressive@5.jpg",
        "baseline@6.jpg", "baseline@7.jpg", "grey@8.jpg", "rgb@6.png", "lossy@8.webp",
    ];

    readonly IOptions<FfmpegOptions> _ffmpeg = Options.Create(new FfmpegOptions());
    string _folder = "";
    IOptions<StorageOptions> _options = null!;
    WorkFolder _work = null!;
    StillCheck _stills = null!;

    [SetUp]
    public void Begin()
    {
        _folder = Directory.CreateTempSubdirectory("videogen-stills-").FullName;
        _options = Options.Create(new StorageOptions { Folder = _folder });
        _work = new WorkFolder(_options);
        _stills = new StillCheck(_work, _options, _ffmpeg, NullLogger<StillCheck>.Instance);
    }

    [TearDown]
    public void Remove()
    {
        _stills.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Test]
    public async Task Tells_and_shows_what_ffmpeg_does()
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        var sorts = Sorts.ToArray();
        random.Shuffle(sorts);
        using var runner = new FfmpegRunner(_ffmpeg);
        var check = new MediaCheck(new MediaProbe(_ffmpeg), runner, _ffmpeg);
        for (var turn = 0; turn < Turns; turn++)
        {
            var (sort, width, height) = (sorts[turn % sorts.Length], random.Next(1, 900), random.Next(1, 900));
            var what = $"{sort} of {width} x {height}, seed {seed}";
            var received = Receive(StillSamples.Make(sort, width, height));
            using var here = await _stills.ProveAsync(received, default);
            using var renditions = new Renditions(_work);
            var there = (ProbeResult.Ok)await check.ProveAsync(received.Path, renditions.Of);
            Assert.That(here, Is.Not.Null, what);
            // Nobody asks for the colours of a still but the filters of ffmpeg.
            var (facts, expected) = (here!.Facts, there.Facts);
            Assert.That(facts with { Picture = null }, Is.EqualTo(expected with { Picture = null }), what);
            Assert.That(Stored(facts.Picture!), Is.EqualTo(Stored(expected.Picture!)), what);
            AssertAlike(here.Thumbnail!.Path, renditions.Thumbnail!.Path, what);
        }
    }

    [TestCaseSource(nameof(Sorts))]
    public async Task Knows_every_sort_and_turns_it_upright(string sort)
    {
        using var here = await _stills.ProveAsync(Receive(StillSamples.Make(sort, 60, 40)), default);
        using var thumbnail = Image.NewFromFile(here!.Thumbnail!.Path);
        var facts = here.Facts;
        Assert.That((thumbnail.Width, thumbnail.Height, thumbnail.Bands), Is.EqualTo((facts.Width!.Value, facts.Height!.Value, 3)));
    }

    [TestCase("rgb.png")]
    [TestCase("interlaced.png")]
    [TestCase("palette.png")]
    [TestCase("baseline.jpg")]
    [TestCase("progressive.jpg")]
    [TestCase("lossy.webp")]
    [TestCase("lossless.webp")]
    [TestCase("alpha.webp")]
    public async Task Takes_no_picture_that_was_cut_off(string sort)
    {
        var whole = StillSamples.Make(sort, 12, 9);
        for (var length = 0; length < whole.Length; length++)
            Assert.That(await IsTakenAsync(whole[..length]), Is.False, $"{length} of {whole.Length}");
        Assert.That(await IsTakenAsync(whole));
    }

    /// <summary>Every byte of a PNG is in a checksum.</summary>
    [TestCase("rgb.png")]
    [TestCase("interlaced.png")]
    public async Task Takes_no_picture_with_a_wrong_byte(string sort)
    {
        var good = StillSamples.Make(sort, 12, 9);
        for (var at = 0; at < good.Length; at++)
        {
            var bad = good.ToArray();
            bad[at] ^= 0x41;
            Assert.That(await IsTakenAsync(bad), Is.False, $"byte {at} of {good.Length}");
        }
    }

    [TestCase(60_000u, 60_000u)]
    [TestCase(uint.MaxValue, uint.MaxValue)]
    [TestCase((uint)int.MaxValue, 1u)]
    [TestCase(8193u, 1u)]
    [TestCase(8000u, 2001u)]
    [TestCase(0u, 8u)]
    [TestCase(4000u, 4000u, Description = "Allowed, but the pixels are not there.")]
    public async Task Makes_no_room_for_pixels_that_only_a_header_promises(uint width, uint height)
    {
        var png = StillSamples.PngBomb(width, height);
        Assert.That(StillHeader.Read(png, MediaFormat.Png) is { } header ? (header.Width, header.Height) : (0, 0),
            Is.EqualTo(width is 0 or > int.MaxValue ? (0, 0) : ((int)width, (int)height)));
        Assert.That(await IsTakenAsync(png), Is.False);
    }

    /// <summary>What would look otherwise, or of which more than one frame counts.</summary>
    [Test]
    public async Task Leaves_the_unusual_to_ffmpeg()
    {
        using var picture = Image.Black(16, 16, bands: 3).Copy(interpretation: Enums.Interpretation.Srgb);
        using var frames = Image.Arrayjoin([picture, picture + 90], across: 1).Cast(Enums.BandFormat.Uchar)
            .Mutate(strip => strip.Set(GValue.GIntType, "page-height", 16));
        var png = picture.PngsaveBuffer();
        var unusual = new Dictionary<string, byte[]>(StringComparer.Ordinal)
        {
            ["16 bits"] = picture.PngsaveBuffer(bitdepth: 16),
            ["1 bit"] = picture.ExtractBand(0).PngsaveBuffer(bitdepth: 1),
            ["CMYK"] = picture.Bandjoin(picture.ExtractBand(0)).Copy(interpretation: Enums.Interpretation.Cmyk).JpegsaveBuffer(),
            ["animated WebP"] = frames.WebpsaveBuffer(),
            ["GIF"] = picture.GifsaveBuffer(),
            ["TIFF"] = picture.TiffsaveBuffer(),
            ["APNG"] = StillSamples.WithChunk(png, "acTL"u8),
            ["HDR"] = StillSamples.WithChunk(png, "cICP"u8),
            ["SVG"] = [.. "<svg xmlns=\"http://www.w3.org/2000/svg\"><image href=\"file:///etc/passwd\"/></svg>"u8],
        };
        // Small here, and gigabytes where a reader unpacks or keeps them, before it has looked at a pixel.
        unusual["packed text"] = StillSamples.WithChunk(png, "zTXt"u8, "a\0\0x"u8);
        unusual["packed international text"] = StillSamples.WithChunk(png, "iTXt"u8, "a\0\u0001\0\0\0x"u8);
        unusual["a large profile"] = StillSamples.WithChunk(png, "iCCP"u8, new byte[70_000]);
        unusual["much beside the pixels"] = Enumerable.Range(0, 20)
            .Aggregate(png, (more, _) => StillSamples.WithChunk(more, "caBX"u8, new byte[60_000]));
        unusual["comments without end"] = StillSamples.WithComments(picture.JpegsaveBuffer(), 600);
        foreach (var (what, bytes) in unusual) Assert.That(await IsTakenAsync(bytes), Is.False, what);
        Assert.That(await IsTakenAsync(StillSamples.WithChunk(png, "iTXt"u8, "a\0\0\0\0\0x"u8)), "plain text is only text");
        Assert.That(await IsTakenAsync(StillSamples.WithComments(picture.JpegsaveBuffer(), 5)), "a few comments are usual");
        Assert.That(await IsTakenAsync(StillSamples.WithChunk(png, "caBX"u8)), "what nobody needs to know does no harm");
    }

    [Test]
    public async Task Goes_by_the_first_bytes_and_not_by_the_name()
    {
        using var here = await _stills.ProveAsync(Receive(StillSamples.Make("rgb.png", 9, 5), ".webp"), default);
        Assert.That(here?.Facts.MediaType, Is.EqualTo("image/png"));
    }

    [Test]
    public async Task Takes_none_where_it_is_switched_off()
    {
        _options.Value.InProcessImages = false;
        using var off = new StillCheck(_work, _options, _ffmpeg, NullLogger<StillCheck>.Instance);
        Assert.That(await off.ProveAsync(Receive(StillSamples.Make("rgb.png", 9, 5)), default), Is.Null);
    }

    async Task<bool> IsTakenAsync(byte[] bytes)
    {
        var received = Receive(bytes);
        using var here = await _stills.ProveAsync(received, default);
        File.Delete(received.Path);
        return here is not null;
    }

    ReceivedFile Receive(byte[] bytes, string extension = "")
    {
        var path = Path.Combine(_folder, Guid.NewGuid().ToString("n") + extension);
        File.WriteAllBytes(path, bytes);
        return new ReceivedFile(path, Sha256: "", bytes.Length);
    }

    static object Stored(PictureFacts picture) =>
        (picture.CodedWidth, picture.CodedHeight, picture.Orientation, picture.HasAlpha, picture.PixelFormat);

    /// <summary>The same size, and the colours a few steps apart on average: two encoders, two ways to make a picture smaller.</summary>
    static void AssertAlike(string here, string there, string what)
    {
        using var ours = Image.NewFromFile(here);
        using var theirs = Image.NewFromFile(there);
        Assert.That((ours.Width, ours.Height, ours.Bands), Is.EqualTo((theirs.Width, theirs.Height, theirs.Bands)), what);
        using var apart = (ours - theirs).Abs();
        Assert.That(apart.Avg(), Is.LessThan(6), what);
    }
}
