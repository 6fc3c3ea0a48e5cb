using VideoGen.Ffmpeg.Formats;

namespace VideoGen.Ffmpeg.Tests.Formats;

[Parallelizable(ParallelScope.All)]
public sealed class Sniffing_the_first_bytes
{
    [TestCase("picture.jpg", "image/jpeg")]
    [TestCase("picture.png", "image/png")]
    [TestCase("picture.webp", "image/webp")]
    [TestCase("clip.gif", "image/gif")]
    [TestCase("clip.mp4", "video/mp4")]
    [TestCase("clip.mov", "video/quicktime")]
    [TestCase("clip.webm", "video/webm")]
    [TestCase("clip.mkv", "video/x-matroska")]
    [TestCase("clip.avi", "video/x-msvideo")]
    [TestCase("sound.mp3", "audio/mpeg")]
    [TestCase("sound.wav", "audio/wav")]
    [TestCase("sound.m4a", "audio/mp4")]
    [TestCase("sound.aac", "audio/aac")]
    [TestCase("sound.flac", "audio/flac")]
    [TestCase("sound.ogg", "audio/ogg")]
    public async Task Knows_every_type_that_is_accepted(string name, string mediaType) =>
        Assert.That((await MagicBytes.SniffAsync(await Samples.PathAsync(name)))?.MediaType, Is.EqualTo(mediaType));

    [TestCase("")]
    [TestCase("GIF89a")]
    [TestCase("<!DOCTYPE html><html><body>not found</body></html>")]
    [TestCase("#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:10.0,\n/etc/passwd\n")]
    [TestCase("ffconcat version 1.0\nfile other.mp4\n")]
    [TestCase("<?xml version=\"1.0\"?><MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\">")]
    [TestCase("<svg xmlns=\"http://www.w3.org/2000/svg\"></svg>")]
    [TestCase("%PDF-1.7 ....................")]
    [TestCase("PK\u0003\u0004................")]
    [TestCase("\0\0\0\u0018ftypheic\0\0\0\0mif1heic")]
    [TestCase("RIFF....ACON................")]
    public void Refuses_everything_else(string text) => Assert.That(MagicBytes.Sniff(System.Text.Encoding.Latin1.GetBytes(text)), Is.Null);

    [Test]
    public void Refuses_random_bytes_of_any_length()
    {
        var random = new Random(7);
        for (var length = 0; length <= MagicBytes.Length; length++)
        {
            var bytes = new byte[length];
            random.NextBytes(bytes);
            if (length > 0) bytes[0] = 0x11;
            Assert.That(MagicBytes.Sniff(bytes), Is.Null);
        }
    }
}
