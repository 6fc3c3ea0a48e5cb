using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;
using VideoGen.Web.Access;

namespace VideoGen.Web.Tests.Access;

[TestFixture]
public sealed class Sealing
{
    static readonly byte[] Text = Encoding.UTF8.GetBytes("who signed in");

    readonly SharedKeyProtection _provider = new(PagesApplication.SessionKey);

    [Test]
    public void Another_instance_opens_what_one_sealed()
    {
        var opened = new SharedKeyProtection(PagesApplication.SessionKey).CreateProtector("cookies", "v2").Unprotect(_provider.CreateProtector("cookies", "v2").Protect(Text));
        Assert.That(opened, Is.EqualTo(Text));
    }

    [Test]
    public void No_two_seals_are_alike()
    {
        var first = _provider.Protect(Text);
        Assert.That(_provider.Protect(Text), Is.Not.EqualTo(first));
    }

    [TestCase("forms")]
    [TestCase("cookiesv2")]
    [TestCase("cookies")]
    public void What_was_sealed_for_one_purpose_does_not_open_for_another(string purpose) => Assert.That(
        () => _provider.CreateProtector(purpose).Unprotect(_provider.CreateProtector("cookies", "v2").Protect(Text)), Throws.InstanceOf<CryptographicException>());

    [Test]
    public void Another_secret_opens_nothing() => Assert.That(
        () => new SharedKeyProtection("another-session-key-of-more-than-32-characters").Unprotect(_provider.Protect(Text)), Throws.InstanceOf<CryptographicException>());

    [Test]
    public void Every_bit_counts()
    {
        var whole = _provider.Protect(Text);
        for (var at = 0; at < whole.Length; at++)
        {
            var changed = whole.ToArray();
            changed[at] ^= 1;
            Assert.That(() => _provider.Unprotect(changed), Throws.InstanceOf<CryptographicException>(), $"byte {at}");
        }
    }

    [Test]
    public void A_part_is_not_opened() => Assert.That(() => _provider.Unprotect(_provider.Protect(Text)[..40]), Throws.InstanceOf<CryptographicException>());
}
