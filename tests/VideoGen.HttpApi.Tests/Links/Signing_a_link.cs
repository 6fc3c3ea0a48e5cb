using System.Text;
using System.Web;
using VideoGen.HttpApi.Links;

namespace VideoGen.HttpApi.Tests.Links;

[TestFixture]
public sealed class Signing_a_link
{
    const string Path = "/v1/assets/0194d3a0-0000-7000-8000-000000000000/content";

    static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    static readonly LinkSigner Signer = new(Encoding.UTF8.GetBytes("a-key-of-at-least-thirty-two-characters"));

    [TestCase(null)]
    [TestCase("video.mp4")]
    [TestCase("müde & \"krank\"/🎬 #1?.mp4")]
    public void Opens_what_it_was_made_for(string? fileName) => Assert.That(Opens(Signer.Sign(Path, Now.AddHours(1), fileName), Now), Is.True);

    [Test]
    public void Ends_with_its_time()
    {
        var link = Signer.Sign(Path, Now.AddSeconds(10));
        Assert.That((Opens(link, Now.AddSeconds(10)), Opens(link, Now.AddSeconds(11))), Is.EqualTo((true, false)));
    }

    [Test]
    public void Opens_nothing_after_one_changed_character()
    {
        var link = Signer.Sign(Path, Now.AddHours(1), "video.mp4");
        var opened = new List<string>();
        for (var place = 0; place < link.Length; place++)
            foreach (var letter in (char[])['0', '1', 'a', 'Z', '-', '.'])
            {
                var changed = link[..place] + letter + link[(place + 1)..];
                if (changed != link && Opens(changed, Now)) opened.Add(changed);
            }
        Assert.That(opened, Is.Empty);
    }

    [TestCase("expires")]
    [TestCase("download")]
    [TestCase("signature")]
    public void Opens_nothing_without_one_of_its_parts(string part)
    {
        var query = HttpUtility.ParseQueryString(Signer.Sign(Path, Now.AddHours(1), "video.mp4").Split('?')[1]);
        query.Remove(part);
        Assert.That(Signer.Verify(Path, query["expires"], query["download"], query["signature"], Now), Is.False);
    }

    [TestCase("/v1/assets/0194d3a0-0000-7000-8000-000000000001/content")]
    [TestCase("/v1/assets/0194d3a0-0000-7000-8000-000000000000/thumbnail")]
    public void Opens_no_other_path(string other)
    {
        var query = HttpUtility.ParseQueryString(Signer.Sign(Path, Now.AddHours(1)).Split('?')[1]);
        Assert.That(Signer.Verify(other, query["expires"], null, query["signature"], Now), Is.False);
    }

    [TestCase(" 1999999999")]
    [TestCase("+1999999999")]
    [TestCase("-1")]
    [TestCase("1e9")]
    [TestCase("99999999999999999999")]
    [TestCase("")]
    [TestCase(null)]
    public void Takes_no_time_that_is_none(string? expires) => Assert.That(Signer.Verify(Path, expires, null, new string('a', 43), Now), Is.False);

    [TestCase("")]
    [TestCase("ä")]
    [TestCase(null)]
    public void Takes_no_signature_that_is_none(string? signature) => Assert.That(Signer.Verify(Path, "1999999999", null, signature, Now), Is.False);

    [Test]
    public void Another_key_makes_another_signature() => Assert.That(
        Opens(new LinkSigner(Encoding.UTF8.GetBytes("another-key-of-at-least-thirty-two-chars")).Sign(Path, Now.AddHours(1)), Now), Is.False);

    static bool Opens(string link, DateTimeOffset now)
    {
        if (link.Split('?') is not [var path, var text]) return false;
        var query = HttpUtility.ParseQueryString(text);
        return Signer.Verify(path, query["expires"], query["download"], query["signature"], now);
    }
}
