using System.Text;
using VideoGen.Providers.Callbacks;
using VideoGen.Providers.Connectors.Described;
using VideoGen.Providers.Tests.Connectors.Described;

namespace VideoGen.Providers.Tests.Callbacks;

/// <summary>The scheme's public vector and two of our own, made with another implementation.</summary>
[TestFixture]
internal sealed class Signing_of_callbacks
{
    const string SecretOfA = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const string SecretOfB = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    const string SecretOfC = "whsec_ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8=";
    const string IdOfA = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    const string IdOfB = "msg_2KWPBgLlAfxdpx2AI54pPJ85f4W";
    const string SignatureA = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    const string SignatureB = "v1,XF/ILsfuMNqFaQNGmDQJJjTLjNGoijUoxIIeG/uZvGQ=";
    const string SignatureC = "v1,8oNEyNQzbq72oobGvlbwHOgKb4vSIDuFBSpYkz5zFbk=";
    const string BodyOfA = """{"test": 2432232314}""";
    const string BodyOfB = """{"id":"gm3qorzdhgbfurvjtvhg6dckhu","status":"succeeded","output":["https://replicate.delivery/xezq/abc/out-0.webp"],"error":null}""";
    const long TimeOfA = 1614265330;
    const long TimeOfB = 1795168800;

    [Test]
    public void The_public_vector_is_genuine() => Assert.That(Fault([SecretOfA], IdOfA, TimeOfA, SignatureA, BodyOfA), Is.Null);

    [Test]
    public void Our_vectors_are_genuine_each_with_its_secret_alone()
    {
        Assert.Multiple(() =>
        {
            Assert.That(FaultOfB([SecretOfB], SignatureB), Is.Null);
            Assert.That(FaultOfB([SecretOfC], SignatureC), Is.Null);
            Assert.That(FaultOfB([SecretOfB], SignatureC), Is.EqualTo("webhook-signature does not match."));
            Assert.That(FaultOfB([SecretOfC], SignatureB), Is.EqualTo("webhook-signature does not match."));
        });
    }

    [TestCase(SignatureC + " " + SignatureB, TestName = "One_of_several_signatures_will_do")]
    [TestCase("v2,whatever " + SignatureB + " v1a,eHg=", TestName = "Signatures_of_other_kinds_are_passed_over")]
    public void One_right_signature(string signatures) => Assert.That(FaultOfB([SecretOfB], signatures), Is.Null);

    [Test]
    public void One_of_several_secrets_will_do() => Assert.That(FaultOfB([SecretOfC, SecretOfB], SignatureB), Is.Null);

    [TestCase(-300, true)]
    [TestCase(300, true)]
    [TestCase(-301, false)]
    [TestCase(301, false)]
    [TestCase(-86400, false)]
    public void Five_minutes_either_way_are_tolerated(int seconds, bool genuine) =>
        Assert.That(Fault([SecretOfB], IdOfB, TimeOfB, SignatureB, BodyOfB, now: TimeOfB + seconds), Is.EqualTo(genuine ? null : "webhook-timestamp is too far from now."));

    [TestCase("")]
    [TestCase(" ")]
    [TestCase("XF/ILsfuMNqFaQNGmDQJJjTLjNGoijUoxIIeG/uZvGQ=", TestName = "Without_its_version")]
    [TestCase("v1,", TestName = "Empty")]
    [TestCase("v1,XF/ILsfuMNqFaQNGmDQJJjTLjNGoijUoxIIeG/uZvG", TestName = "Cut_short")]
    [TestCase("v1,日本語", TestName = "No_base64")]
    public void Another_signature_is_refused(string signatures) => Assert.That(FaultOfB([SecretOfB], signatures), Is.Not.Null);

    [Test]
    public void A_changed_byte_id_or_time_is_refused()
    {
        Assert.Multiple(() =>
        {
            Assert.That(Fault([SecretOfB], IdOfB, TimeOfB, SignatureB, BodyOfB.Replace("\":", "\": ", StringComparison.Ordinal)), Is.Not.Null, "the body written anew");
            Assert.That(Fault([SecretOfB], IdOfA, TimeOfB, SignatureB, BodyOfB), Is.Not.Null);
            Assert.That(Fault([SecretOfB], IdOfB, TimeOfB + 1, SignatureB, BodyOfB), Is.Not.Null);
            Assert.That(Fault([SecretOfB], "", TimeOfB, SignatureB, BodyOfB), Is.Not.Null);
            Assert.That(Fault([SecretOfB], new string('x', 201), TimeOfB, SignatureB, BodyOfB), Is.Not.Null);
        });
    }

    [TestCase("")]
    [TestCase("-1")]
    [TestCase("1e3")]
    [TestCase("9223372036854775807")]
    [TestCase("99999999999999999999")]
    public void A_time_that_is_none_is_refused(string timestamp) => Assert.That(
        CallbackSignature.Fault([CallbackSignature.KeyOf(SecretOfB)], IdOfB, timestamp, SignatureB, Encoding.UTF8.GetBytes(BodyOfB), DateTimeOffset.FromUnixTimeSeconds(TimeOfB)),
        Is.Not.Null);

    [TestCase("whsec_")]
    [TestCase("whsec_AAECAwQFBgc=")]
    [TestCase("whsec_!!!")]
    [TestCase("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")]
    public void A_secret_that_is_none_stops_the_start(string secret)
    {
        var options = new DescribedVendorOptions { WebhookSecret = $"{SecretOfB} {secret}" };
        options.Describe(Descriptions.Of("replicate"));
        var verdict = new DescribedVendorOptionsValidator().Validate(null, options);
        Assert.That((verdict.Failed, verdict.FailureMessage), Is.EqualTo((true, "Connectors:Replicate:WebhookSecret must be whsec_ and the base64 of 16 bytes at least; several with spaces between.")));
    }

    static string? FaultOfB(string[] secrets, string signatures) => Fault(secrets, IdOfB, TimeOfB, signatures, BodyOfB);

    static string? Fault(string[] secrets, string id, long timestamp, string signatures, string body, long? now = null) => CallbackSignature.Fault(
        [.. secrets.Select(CallbackSignature.KeyOf)], id, timestamp.ToString(), signatures, Encoding.UTF8.GetBytes(body), DateTimeOffset.FromUnixTimeSeconds(now ?? timestamp));
}
