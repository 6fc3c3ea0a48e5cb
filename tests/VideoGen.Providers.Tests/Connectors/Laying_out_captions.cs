using VideoGen.Providers.Connectors.Simulator;

namespace VideoGen.Providers.Tests.Connectors;

[TestFixture]
internal sealed class Laying_out_captions
{
    static readonly FontCoverage Font = FontCoverage.Load(new Ffmpeg.FfmpegOptions().FontFile);

    [TestCase('A', true)]
    [TestCase('é', true)]
    [TestCase('Ж', true)]
    [TestCase('ש', true)]
    [TestCase('م', true)]
    [TestCase('…', true)]
    [TestCase('你', false)]
    [TestCase('한', false)]
    [TestCase(0x1F3AC, false)]
    [TestCase(0xFFFF, false)]
    public void The_font_says_what_it_can_draw(int codePoint, bool expected) => Assert.That(Font.Has(codePoint), Is.EqualTo(expected));

    [Test]
    public void A_file_that_is_no_font_is_refused()
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, "This is a text and no font at all.");
        Assert.That(() => FontCoverage.Load(file), Throws.TypeOf<InvalidDataException>());
        File.Delete(file);
    }

    [TestCase("A quiet sea", "A quiet sea")]
    [TestCase("  much \t\r\n\0 room  ", "much room")]
    [TestCase("🎬 film 🌊", "film")]
    [TestCase("你好 hello", "hello")]
    [TestCase("a\u202Eb\u200Dc\uFEFF", "abc")]
    [TestCase("half \uD83C pair", "half pair")]
    [TestCase("e\u0301", "e\u0301")]
    public void Only_what_can_be_drawn_stays(string prompt, string expected) =>
        Assert.That(Caption.Layout(prompt, 1280, 720, Font.Has), Is.EqualTo(expected));

    [TestCase("")]
    [TestCase("   ")]
    [TestCase("🎬")]
    [TestCase("\0\u0001")]
    public void Nothing_that_can_be_drawn_is_no_caption(string prompt) => Assert.That(Caption.Layout(prompt, 1280, 720, Font.Has), Is.Null);

    [TestCase(1280, 720, 50)]
    [TestCase(720, 1280, 28)]
    [TestCase(1920, 1080, 50)]
    [TestCase(256, 256, 30)]
    public void Lines_fit_into_the_picture(int width, int height, int longest)
    {
        var lines = Caption.Layout(string.Concat(Enumerable.Repeat("lorem ipsum dolor ", 100)), width, height, Font.Has)!.Split('\n');
        Assert.That(lines, Has.Length.EqualTo(Caption.MostLines));
        Assert.That(lines.Select(line => line.Length), Is.All.InRange(longest / 2, longest));
        Assert.That(lines[^1], Does.EndWith("…"));
    }

    [Test]
    public void A_word_without_end_is_broken()
    {
        var lines = Caption.Layout(new string('x', 100_000), 1280, 720, Font.Has)!.Split('\n');
        Assert.That(lines.Select(line => line.Length), Is.All.LessThanOrEqualTo(50));
        Assert.That(lines, Has.Length.EqualTo(Caption.MostLines));
    }

    [Test]
    public void Long_words_after_short_ones_keep_their_order() =>
        Assert.That(Caption.Layout("ab " + new string('x', 60) + " cd", 1280, 720, Font.Has), Is.EqualTo("ab\n" + new string('x', 50) + "\n" + new string('x', 10) + " cd"));

    [TestCase("/usr/share/a.ttf", "'/usr/share/a.ttf'")]
    [TestCase("C:/it's", @"'C\:/it\'\''s'")]
    public void Paths_are_quoted_for_both_readers_of_a_filter(string path, string expected) => Assert.That(FilterQuoting.Quote(path), Is.EqualTo(expected));
}
