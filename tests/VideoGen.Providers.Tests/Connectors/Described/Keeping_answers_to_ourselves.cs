using System.Text;
using VideoGen.Providers.Connectors;
using VideoGen.Providers.Connectors.Described;
using VideoGen.Providers.Connectors.Http;

namespace VideoGen.Providers.Tests.Connectors.Described;

/// <summary>What is logged about a read that told nothing: the status and a word, never what a customer or the vendor wrote.</summary>
[TestFixture]
internal sealed class Keeping_answers_to_ourselves
{
    const string Secret = "https://cdn.example/a.mp4?sig=1 a prompt";

    [TestCase(200, """{"id":"g1","state":"paused","request":{"prompt":"SECRET"}}""", "paused")]
    [TestCase(200, """{"id":"g1","state":"SECRET"}""", "200")]
    [TestCase(200, """{"id":"g1","state":"completed","assets":{"image":"SECRET"}}""", "succeeded")]
    [TestCase(200, "<html>SECRET", "200")]
    [TestCase(400, """{"detail":"SECRET"}""", "400")]
    [TestCase(502, "SECRET", "502")]
    public void A_read_that_tells_nothing_is_noted_in_a_few_words(int status, string body, string word)
    {
        var vendor = Descriptions.Of("luma-dream-machine");
        var text = body.Replace("SECRET", Secret, StringComparison.Ordinal);
        var answer = new VendorAnswer("x", status, Encoding.UTF8.GetBytes(text), "application/json", RetryAfter: null,
            VendorStatus.RefusalOf(status, text, retryAfter: null));
        var work = RequestWriter.ScopeOf(new VendorWork(Guid.Empty, "g1", "m"), settings: null);
        var state = new AnswerReader(vendor, vendor.Tasks["video"]).ReadState(answer, work, DateTimeOffset.UnixEpoch);
        Assert.That((state as VendorState.Unknown)?.Detail, Does.Contain(word).And.Not.Contain("cdn").And.Not.Contain("prompt"));
    }
}
