using System.Security.Cryptography;
using System.Text;
using VideoGen.Jobs.Webhooks;

namespace VideoGen.Jobs.Tests.Webhooks;

[TestFixture]
public sealed class Signing
{
    /// <summary>The vector of the Standard Webhooks reference libraries.</summary>
    [Test]
    public void Gives_the_signature_of_the_specification()
    {
        var signature = WebhookSignature.Sign([Convert.FromBase64String("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")], "msg_p5jXN8AQM9LWM0D4loKWxJek",
            DateTimeOffset.FromUnixTimeSeconds(1614265330), "{\"test\": 2432232314}"u8);
        Assert.That(signature, Is.EqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="));
    }

    /// <summary>Two keys, and a body that is not ASCII: signed are the bytes, not the characters.</summary>
    [Test]
    public void Gives_one_signature_for_each_key_over_the_bytes_of_the_body()
    {
        var body = Encoding.UTF8.GetBytes("{\"type\":\"job.succeeded\",\"timestamp\":\"2026-11-20T12:00:00Z\",\"data\":{\"id\":\"job_01\",\"note\":\"café ✓\"}}");
        Assert.That(Convert.ToHexStringLower(SHA256.HashData(body)), Is.EqualTo("ad2c972704249b6f21b4ae910381cb4b4abf823c1a6a8353e99e5713263dab9c"));
        byte[] old = [.. Enumerable.Range(0, 32).Select(n => (byte)n)];
        byte[] present = [.. Enumerable.Range(32, 32).Select(n => (byte)n)];
        var at = DateTimeOffset.FromUnixTimeSeconds(1795176000);
        const string id = "evt_01JD3Z8K5W7Q4N2M6T9R1X0YAB";

        Assert.That(WebhookSignature.Sign([present, old], id, at, body),
            Is.EqualTo("v1,nTP/mLFXg/Ub1VGG8HvIgWYWSK8HJEwZiOYzaYMiFKs= v1,LAoTNXdmqbjLP8WxBNV+gB9krWXnezDLqLixrONnB9o="));
        Assert.That(WebhookSignature.Sign([present], id, at.AddSeconds(300), body), Is.EqualTo("v1,5VuAeB+3vh3XWgCA+9QBST5iuL2Kw6wMNYDfQ0ntyFk="));
    }

    [Test]
    public void A_new_secret_is_32_random_bytes_in_the_usual_form()
    {
        var shown = WebhookSecret.Show(WebhookSecret.New());
        Assert.That(shown, Does.Match("^whsec_[A-Za-z0-9+/]{43}=$"));
        Assert.That(WebhookSecret.Show(WebhookSecret.New()), Is.Not.EqualTo(shown));
    }

    [Test]
    public void A_stored_secret_opens_for_its_owner_under_its_key_and_for_nobody_else()
    {
        var cipher = new SecretCipher("a passphrase of at least thirty-two characters");
        var (secret, owner) = (WebhookSecret.New(), Guid.NewGuid());
        var closed = cipher.Encrypt(secret, owner);

        Assert.That(cipher.Decrypt(closed, owner), Is.EqualTo(secret));
        Assert.That(cipher.Encrypt(secret, owner), Is.Not.EqualTo(closed), "no two rows look alike");
        Assert.That(() => cipher.Decrypt(closed, Guid.NewGuid()), Throws.InstanceOf<CryptographicException>());
        Assert.That(() => new SecretCipher("another passphrase, as long as the first").Decrypt(closed, owner), Throws.InstanceOf<CryptographicException>());
        closed[^1] ^= 1;
        Assert.That(() => cipher.Decrypt(closed, owner), Throws.InstanceOf<CryptographicException>());
        Assert.That(() => cipher.Decrypt([2], owner), Throws.InstanceOf<CryptographicException>());
    }
}
