using System.Text;
using RabbitMQ.Client;
using VideoGen.Durability.DeadLetters;

namespace VideoGen.Durability.Tests.DeadLetters;

/// <summary>Nothing that a message or an exception holds makes it fail, or gives a text that the table refuses.</summary>
public sealed class Making_a_letter_of_a_message
{
    const string Envelope = """
        {"messageId":"01020304-0000-0000-0000-000000000001","messageType":["urn:message:Some.Contracts:Thing"],
         "message":{"jobId":"01020304-0000-0000-0000-000000000002"}}
        """;

    static readonly Guid MessageId = new("01020304-0000-0000-0000-000000000001");
    static readonly Guid? JobId = new("01020304-0000-0000-0000-000000000002");

    static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    [Test]
    public void Reads_what_the_body_tells()
    {
        var letter = Of(Encoding.UTF8.GetBytes(Envelope));
        Assert.That(
            (letter.Message.MessageType, letter.Message.MessageId, letter.JobId), Is.EqualTo(("Some.Contracts.Thing", MessageId, JobId)));
    }

    [Test]
    public void Reads_the_rest_where_one_value_is_no_text()
    {
        var letter = Of(Encoding.Latin1.GetBytes(Envelope.Replace(MessageId.ToString(), "ÿ", StringComparison.Ordinal)));
        Assert.That((letter.Message.MessageType, letter.JobId), Is.EqualTo(("Some.Contracts.Thing", JobId)));
    }

    [Test]
    public void Fails_at_no_body()
    {
        foreach (var body in Anything.Bodies) AssertStorable(Of(body));
    }

    [Test]
    public void Fails_at_no_damage_to_a_good_body()
    {
        var random = new Random(1);
        for (var i = 0; i < 20_000; i++)
        {
            var body = Encoding.UTF8.GetBytes(Envelope);
            for (var wounds = random.Next(1, 4); wounds > 0; wounds--) body[random.Next(body.Length)] = (byte)random.Next(256);
            AssertStorable(Of(body[..random.Next(body.Length)]));
            AssertStorable(Of(body));
        }
    }

    [Test]
    public void Cuts_at_a_whole_character()
    {
        for (var before = 1940; before < 2000; before++)
        {
            var letter = Of([], new InvalidOperationException(new string('x', before) + "😀😀"));
            AssertStorable(letter);
            Assert.That(letter.Reason, Does.Not.Contain("\uFFFD"));
            Assert.That(letter.Reason, Has.Length.LessThanOrEqualTo(StorableLetter.LongestReason));
        }
    }

    [Test]
    public void Fails_at_no_header()
    {
        var headers = new Dictionary<string, object?>
        {
            ["MT-Fault-ExceptionType"] = "Some"u8.ToArray(), ["MT-Fault-Message"] = "a\0b"u8.ToArray(),
            ["MT-Fault-StackTrace"] = new byte[] { 0xFF, 0 },
            ["MT-Fault-RetryCount"] = long.MaxValue, ["MT-Fault-Timestamp"] = "0001-01-01T00:00:00+14:00",
            ["x\0"] = "y\0"u8.ToArray(), ["whole"] = double.NaN, ["half"] = float.PositiveInfinity,
        };
        var letter = Of([], properties: new BasicProperties { Headers = headers, Type = "T\0", ContentType = "c\0", MessageId = "none" });
        AssertStorable(letter);
        Assert.That((letter.Reason, letter.Detail, letter.Attempts), Is.EqualTo(("Some: a\uFFFDb", "\uFFFD\uFFFD", int.MaxValue)));
        Assert.That(letter.Message.Headers, Is.EqualTo("""{"x\u0000":"y\u0000"}"""));
    }

    static NewDeadLetter Of(byte[] body, Exception? failure = null, BasicProperties? properties = null)
    {
        properties ??= new BasicProperties();
        var letter = DeadLetterCapture.Of("queue", DeadLetterSource.Error, properties, body, failure, DateTimeOffset.UnixEpoch);
        Assert.That(letter.Message.Body, Is.SameAs(body));
        return letter;
    }

    static void AssertStorable(NewDeadLetter letter)
    {
        var message = letter.Message;
        var texts = string.Concat(
            letter.Endpoint, "|", letter.Reason, "|", letter.Detail, "|", message.MessageType, "|", message.Destination, "|",
            message.ContentType, "|", message.Headers, "|", message.Properties);
        Assert.That(texts.Contains('\0'), Is.False);
        Assert.That(() => Strict.GetByteCount(texts), Throws.Nothing);
    }
}
