using System.Text;
using VideoGen.Bench.Whole;

namespace VideoGen.House.Tests.Bench;

/// <summary>What the bench decides without a system.</summary>
[TestFixture]
public sealed class Reckoning_for_the_bench
{
    /// <summary>The example of the Standard Webhooks specification and of its libraries' tests.</summary>
    const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    const string Id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    const string Timestamp = "1614265330";
    const string Signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    static readonly byte[] Body = Encoding.UTF8.GetBytes("""{"test": 2432232314}""");
    static readonly DateTimeOffset Sent = DateTimeOffset.FromUnixTimeSeconds(1614265330);

    [TestCase(Signature, 0, true)]
    [TestCase("v1,AAAA v1a,x " + Signature, 299, true, Description = "several secrets sign")]
    [TestCase(Signature, 301, false, Description = "too old")]
    [TestCase(Signature, -301, false, Description = "from the future")]
    [TestCase("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OF=", 0, false)]
    [TestCase("g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", 0, false, Description = "no version")]
    [TestCase(null, 0, false)]
    public void A_webhook_is_genuine_when_one_of_its_signatures_is(string? signatures, int laterSeconds, bool genuine)
    {
        var key = WebhookCheck.KeyOf(Secret);
        Assert.That(WebhookCheck.IsGenuine(key, Id, Timestamp, signatures, Body, Sent.AddSeconds(laterSeconds)), Is.EqualTo(genuine));
    }

    [Test]
    public void A_signature_covers_the_id_the_time_and_every_byte()
    {
        var key = WebhookCheck.KeyOf(Secret);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(WebhookCheck.IsGenuine(key, Id + "x", Timestamp, Signature, Body, Sent), Is.False);
            Assert.That(WebhookCheck.IsGenuine(key, Id, "1614265331", Signature, Body, Sent), Is.False);
            Assert.That(WebhookCheck.IsGenuine(key, Id, "9223372036854775807", Signature, Body, Sent), Is.False);
            Assert.That(WebhookCheck.IsGenuine(key, Id, "soon", Signature, Body, Sent), Is.False);
            for (var place = 0; place < Body.Length; place++)
            {
                var other = (byte[])Body.Clone();
                other[place] ^= 1;
                Assert.That(WebhookCheck.IsGenuine(key, Id, Timestamp, Signature, other, Sent), Is.False);
            }
        }
    }

    [TestCase("7", 7, 7)]
    [TestCase("2 1", 1, 2)]
    [TestCase("3 1 2", 2, 3)]
    public void Percentiles_are_figures_that_were_measured(string figures, double p50, double p99)
    {
        var all = figures.Split(' ').Select(double.Parse).ToList();
        Assert.That(Latencies.Of(all), Is.EqualTo(new Latencies(p50, p99, all.Max())));
    }

    [Test]
    public void Of_two_hundred_the_second_largest_is_passed_by_one_percent()
    {
        var all = Latencies.Of(Enumerable.Range(1, 200).Reverse().Select(n => (double)n));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(all, Is.EqualTo(new Latencies(100, 198, 200)));
            Assert.That(Latencies.Of([]), Is.EqualTo(new Latencies(null, null, null)));
        }
    }

    [Test]
    public void A_table_that_was_printed_is_read_again()
    {
        TableRow[] rows = [new("text: completed/s", 17.26, 400), new("start to ready", 1234.4, Unit: "s")];
        var written = rows.Select(row => row.Write(kept: null)).ToList();
        var page = $"""
            ## What a dialect costs

            {KeptTable.FirstLine} x |
            |---|
            | other | 1 | 2 | 3 | |

            ## The system as a whole

            Words.

            {KeptTable.FirstLine} baseline | ratio | kept before (ratio) |
            |---|---|---|---|---|
            {string.Join('\n', written)}

            | later | 1 | 2 | 3 | |
            """;
        var kept = KeptTable.Parse(page);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(written[0], Is.EqualTo("| text: completed/s | 17.3 | 400 | 0.04 |  |"));
            Assert.That(kept, Has.Count.EqualTo(2));
            Assert.That(kept["text: completed/s"].Text, Is.EqualTo("17.3 (0.04)"));
            Assert.That(kept["start to ready"].Text, Is.EqualTo("1,234 s"));
            Assert.That(new TableRow("x", 40, 400).Write(kept["text: completed/s"]), Is.EqualTo("| x | 40 | 400 | 0.10 | 17.3 (0.04) |"));
            Assert.That(KeptTable.Parse("## The system as a whole\n\nNot measured yet.\n"), Is.Empty);
        }
    }
}
