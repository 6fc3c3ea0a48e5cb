using VideoGen.HttpApi.Paging;

namespace VideoGen.HttpApi.Tests.Paging;

[TestFixture]
public sealed class Passing_a_cursor
{
    [Test]
    public void Comes_back_as_it_went() => Assert.Multiple(() =>
    {
        Assert.That(Cursor.TryDecode(Cursor.Encode("2026-01-01T00:00:00Z", "0194d3a0"), 2), Is.EqualTo(new[] { "2026-01-01T00:00:00Z", "0194d3a0" }));
        Assert.That(Cursor.TryDecode(Cursor.Encode("ü 🎬"), 1), Is.EqualTo(new[] { "ü 🎬" }));
    });

    [Test]
    public void Needs_no_escaping_in_a_query() => Assert.That(Cursor.Encode("a?b&c=d", "/+ 🎬"), Does.Match("^[A-Za-z0-9_-]+$"));

    [TestCase(null)]
    [TestCase("")]
    [TestCase("not base64url!")]
    [TestCase("a")]
    [TestCase("YWJj")]
    [TestCase("YXxifGM")]
    [TestCase("' or 1=1 --")]
    [TestCase("\0")]
    public void A_text_that_is_none_is_refused(string? text) => Assert.That(Cursor.TryDecode(text, 2), Is.Null);

    [Test]
    public void A_text_that_is_too_long_is_refused() => Assert.That(Cursor.TryDecode(new string('A', 513), 1), Is.Null);

    [Test]
    public void Random_texts_never_throw()
    {
        var random = new Random(7);
        for (var round = 0; round < 5000; round++)
        {
            var text = new string([.. Enumerable.Range(0, random.Next(0, 80)).Select(_ => (char)random.Next(0, 0x250))]);
            Assert.That(() => Cursor.TryDecode(text, 2), Throws.Nothing);
        }
    }
}
