using System.Text;
using VideoGen.HttpApi.Requests;

namespace VideoGen.HttpApi.Tests.Requests;

[TestFixture, Parallelizable(ParallelScope.All)]
public sealed class Decoding_a_data_URI
{
    const string Characters = "ABab01+/=-_ \n.%";

    [Test]
    public async Task Takes_exactly_what_stands_for_bytes_in_one_way()
    {
        var random = new Random(11);
        for (var round = 0; round < 4_000; round++)
        {
            var bytes = new byte[random.Next(4) == 0 ? random.Next(49_000, 49_300) : random.Next(12)];
            random.NextBytes(bytes);
            var text = new StringBuilder(Convert.ToBase64String(bytes));
            for (var changes = random.Next(3); changes > 0 && text.Length > 0; changes--) Change(text, random);
            var decoded = await DecodeAsync(text.ToString());
            if (decoded is not null) Assert.That(Convert.ToBase64String(decoded), Is.EqualTo(text.ToString()));
            else Assert.That(IsCanonical(text.ToString()), Is.False, text.ToString());
        }
    }

    [TestCase("data:image/png;base64,AAAA", "image/png", 22)]
    [TestCase("DATA:Image/PNG;BASE64,", "image/png", 22)]
    [TestCase("data:audio/ogg;codecs=opus;base64,T2dn", "audio/ogg", 34)]
    [TestCase("data:video/webm;codecs=vp8,opus;base64,GkXf", "video/webm", 39)]
    [TestCase("data:image/svg+xml;charset=utf-8;base64,PHN2", "image/svg+xml", 40)]
    public void Reads_the_type_that_it_names(string text, string type, int start) =>
        Assert.That(DataUri.ReadHead(text), Is.EqualTo((type, start)));

    [TestCase("data:image/png,AAAA")]
    [TestCase("data:;base64,AAAA")]
    [TestCase("data:,AAAA")]
    [TestCase("data:image;base64,AAAA")]
    [TestCase("data:application/pdf;base64,AAAA")]
    [TestCase("data:text/html;base64,AAAA")]
    [TestCase("data:image/png;base64;AAAA")]
    [TestCase("data: image/png;base64,AAAA")]
    [TestCase(" data:image/png;base64,AAAA")]
    [TestCase("data:image/png ;base64,AAAA")]
    public void Takes_no_other_head(string text) => Assert.That(DataUri.ReadHead(text), Is.Null);

    [TestCase("image/jpg", "image/jpeg", true)]
    [TestCase("audio/webm", "video/webm", true)]
    [TestCase("video/mp4", "audio/mp4", true)]
    [TestCase("audio/x-wav", "audio/wav", true)]
    [TestCase("image/png", "image/jpeg", false)]
    [TestCase("video/mp4", "video/webm", false)]
    [TestCase("image/webp", "video/webm", false)]
    [TestCase("image/mp4", "video/mp4", false)]
    public void Knows_the_names_of_a_type(string declared, string actual, bool same) =>
        Assert.That(DataUri.IsNameOf(declared, actual), Is.EqualTo(same));

    static void Change(StringBuilder text, Random random)
    {
        var place = random.Next(text.Length);
        switch (random.Next(3))
        {
            case 0:
                text[place] = Characters[random.Next(Characters.Length)];
                break;
            case 1:
                text.Remove(place, 1);
                break;
            default:
                text.Insert(place, Characters[random.Next(Characters.Length)]);
                break;
        }
    }

    /// <summary>By the framework's other decoder, which is lenient, and back.</summary>
    static bool IsCanonical(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var count) && Convert.ToBase64String(bytes, 0, count) == text;
    }

    static async Task<byte[]?> DecodeAsync(string text)
    {
        using var target = new MemoryStream();
        using var source = new MemoryStream(Encoding.Latin1.GetBytes(text));
        return await DataUri.TryDecodeAsync(source, target, CancellationToken.None) ? target.ToArray() : null;
    }
}
