using VideoGen.Providers.Connectors.Described;
using VideoGen.Providers.Tests.Connectors.Described;

namespace VideoGen.Providers.Tests.Keys;

[TestFixture]
internal sealed class Configuring_several_keys
{
    [Test]
    public void The_key_of_ApiKey_is_the_default_one_and_comes_first()
    {
        Assert.That(Kling("one").KeyNames, Is.EqualTo(new[] { "default" }));
        Assert.That(Kling("one", ("west", "two"), ("east", "three")).KeyNames, Is.EqualTo(new[] { "default", "east", "west" }));
        Assert.That(Kling("", ("west", "two")).KeyNames, Is.EqualTo(new[] { "west" }));
        Assert.That(Kling("").IsComplete, Is.False);
        Assert.That(Kling("", ("west", "two")).IsComplete, Is.True);
    }

    [Test]
    public void Each_sends_its_own_and_no_answer_may_hold_any()
    {
        var all = Kling("key-one", ("west", "key-two"));
        Assert.That((SentWith(all, "default"), SentWith(all, "west")), Is.EqualTo(("key-one", "key-two")));
        Assert.That(all.With("west").Secrets, Does.Contain("key-one").And.Contain("key-two"));
    }

    [Test]
    public void A_second_half_makes_a_token_in_the_name_of_its_key()
    {
        var all = Kling("key-one", ("west", "key-two"));
        all.KeySecrets["west"] = "the-second-half-of-two";
        var token = SentWith(all, "west").Split('.');
        Assert.That(token, Has.Length.EqualTo(3));
        var claims = System.Text.Encoding.UTF8.GetString(System.Buffers.Text.Base64Url.DecodeFromChars(token[1]));
        Assert.That(claims, Does.Contain("\"iss\":\"key-two\""));
        Assert.That(SentWith(all, "default"), Is.EqualTo("key-one"));
    }

    [Test]
    public void Every_fault_is_named()
    {
        var bad = Kling("one", ("default", "two"), ("a b", "three"), ("east", "fo ur"), ("empty", ""));
        bad.KeySecrets["nowhere"] = "x";
        Assert.That(bad.AllFaults(), Is.EquivalentTo(new[]
        {
            "Connectors:Kling:Keys: 'a b' must be a name of at most 40 letters, digits, - and _.",
            "Connectors:Kling:Keys:east must be visible ASCII characters without spaces.",
            "Connectors:Kling:Keys:empty must be visible ASCII characters without spaces.",
            "Connectors:Kling:Keys:default is the name of ApiKey; choose another one.",
            "Connectors:Kling:KeySecrets:nowhere has no key of this name in Keys.",
        }));
    }

    static DescribedVendorOptions Kling(string key, params (string Name, string Key)[] more)
    {
        var options = new DescribedVendorOptions { ApiKey = key };
        foreach (var (name, other) in more) options.Keys[name] = other;
        options.Describe(Descriptions.Of("kling"));
        return options;
    }

    static string SentWith(DescribedVendorOptions options, string key)
    {
        using var request = new HttpRequestMessage();
        options.With(key).Authorize(request);
        return request.Headers.Authorization!.Parameter!;
    }
}
