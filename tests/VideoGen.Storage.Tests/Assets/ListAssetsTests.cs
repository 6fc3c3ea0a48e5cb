using VideoGen.HttpApi.Paging;
using VideoGen.Storage.Assets;

namespace VideoGen.Storage.Tests.Assets;

[Parallelizable(ParallelScope.All)]
public sealed class Reading_the_query_of_a_list
{
    [Test]
    public void Lists_every_fault_at_once()
    {
        var (query, errors) = ListAssets.Read("movie", "mine", "x", "%%%", "0");
        Assert.Multiple(() =>
        {
            Assert.That(query, Is.Null);
            Assert.That(errors.Keys, Is.EquivalentTo((string[])["kind", "origin", "job_id", "cursor", "limit"]));
        });
    }

    [TestCase("101")]
    [TestCase("-1")]
    [TestCase("1.5")]
    [TestCase("")]
    [TestCase("99999999999999")]
    public void Refuses_a_limit_that_is_none(string limit) => Assert.That(ListAssets.Read(null, null, null, null, limit).Errors, Contains.Key("limit"));

    [Test]
    public void Takes_what_is_right()
    {
        var (job, last) = (Guid.NewGuid(), Guid.NewGuid());
        var (query, _) = ListAssets.Read("video", "job", job.ToString(), Cursor.Encode(last.ToString("n")), "100");
        Assert.That(query, Is.EqualTo(new ListAssets.ListQuery("video", "job", job, last, 100)));
    }

    [Test]
    public void Has_defaults() => Assert.That(ListAssets.Read(null, null, null, null, null).Query, Is.EqualTo(new ListAssets.ListQuery(null, null, null, null, 20)));
}
