using System.Net.Http.Headers;
using VideoGen.Storage.Assets;

namespace VideoGen.Storage.Tests.Assets;

[Parallelizable(ParallelScope.All)]
public sealed class Naming_a_file
{
    [TestCase("holiday.png", "holiday.png")]
    [TestCase("holiday.jpeg", "holiday.png")]
    [TestCase("holiday", "holiday.png")]
    [TestCase("take 1.2", "take 1.2.png")]
    [TestCase("archive.tar.gz", "archive.tar.png")]
    [TestCase("../../etc/passwd", "passwd.png")]
    [TestCase("C:\\Users\\me\\shot.png", "shot.png")]
    [TestCase("..", "upload.png")]
    [TestCase(".png", "upload.png")]
    [TestCase("", "upload.png")]
    [TestCase(null, "upload.png")]
    [TestCase("a\0b\r\nc.png", "abc.png")]
    [TestCase("שלום עולם.png", "שלום עולם.png")]
    [TestCase("family 👨‍👩‍👧.png", "family 👨‍👩‍👧.png")]
    [TestCase("say \"hi\"; x=1.png", "say \"hi\"; x=1.png")]
    [TestCase("gnp\u202Eexe.jpg", "gnpexe.png")]
    [TestCase("\uD800.png", "upload.png")]
    public void Keeps_what_harms_nobody(string? given, string expected) => Assert.That(FileNames.Clean(given, "upload", ".png"), Is.EqualTo(expected));

    [Test]
    public void Cuts_a_long_name_between_characters()
    {
        var name = FileNames.Clean(string.Concat(Enumerable.Repeat("👨‍👩‍👧", 1000)), "upload", ".png");
        Assert.That(name, Has.Length.LessThanOrEqualTo(160).And.EndsWith("👧.png"));
    }

    [TestCase("plain.png")]
    [TestCase("say \"hi\"; x=1.png")]
    [TestCase("back\\slash.png")]
    [TestCase("שלום 👋.png")]
    [TestCase("100%.png")]
    [TestCase("naïve, façade.png")]
    public void Writes_a_header_from_which_the_name_is_read_back(string name)
    {
        var text = FileNames.Disposition("attachment", name);
        var header = ContentDispositionHeaderValue.Parse(text);
        Assert.Multiple(() =>
        {
            Assert.That(text.All(c => c is >= ' ' and <= '~'), Is.True, text);
            Assert.That(header.DispositionType, Is.EqualTo("attachment"));
            Assert.That(header.FileNameStar ?? header.FileName, Is.EqualTo(name));
        });
    }
}
