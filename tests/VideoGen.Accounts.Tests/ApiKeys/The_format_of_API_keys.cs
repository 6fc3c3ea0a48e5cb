using VideoGen.Accounts.ApiKeys;

namespace VideoGen.Accounts.Tests.ApiKeys;

public sealed class The_format_of_API_keys
{
    [TestCase("mgk_test_0123456789ABCDEFGHIJKLMNOPQRSTUV", "3FDVU6")]
    [TestCase("vg_live_DDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDD", "1QcfC8")]
    [TestCase("vg_test_TTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTT", "0aXeyL")]
    [TestCase("", "000000")]
    public void Has_the_checksum_that_others_compute(string body, string checksum) =>
        Assert.That(ApiKeyFormat.Checksum(body), Is.EqualTo(checksum));

    [Test]
    public void New_keys_are_well_formed_and_never_alike([Values] bool test)
    {
        var keys = Enumerable.Range(0, 1000).Select(_ => ApiKeyFormat.Create(test)).ToList();
        Assert.Multiple(() =>
        {
            Assert.That(keys, Is.Unique);
            Assert.That(keys, Has.All.Matches<string>(ApiKeyFormat.IsWellFormed));
            Assert.That(keys, Has.All.Match(test ? "^vg_test_[0-9A-Za-z]{38}$" : "^vg_live_[0-9A-Za-z]{38}$"));
        });
    }

    [Test]
    public void Any_changed_character_is_noticed()
    {
        var key = ApiKeyFormat.Create(test: false);
        for (var place = 0; place < key.Length; place++)
        {
            var other = key[place] == 'x' ? 'y' : 'x';
            Assert.That(ApiKeyFormat.IsWellFormed(key[..place] + other + key[(place + 1)..]), Is.False, $"character {place}");
        }
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase("vg_live_")]
    [TestCase("vg_live_DDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDD1QcfC")]
    [TestCase("vg_live_DDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDD1QcfC8 ")]
    [TestCase("VG_LIVE_DDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDD1QcfC8")]
    [TestCase("vg_live_DDDDDDDDDDDDDDDDDDDDDDDDDDDDDDD\u00001QcfC8")]
    [TestCase("vg_live_\ud83d\ude00DDDDDDDDDDDDDDDDDDDDDDDDDDDDDD1QcfC8")]
    public void Anything_else_is_no_key(string? text) => Assert.That(ApiKeyFormat.IsWellFormed(text), Is.False);

    [Test]
    public void Shows_twelve_characters() => Assert.That(ApiKeyFormat.Prefix("vg_live_DDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDD1QcfC8"), Is.EqualTo("vg_live_DDDD"));
}
