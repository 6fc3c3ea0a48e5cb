using System.Text;

namespace VideoGen.Durability.Tests.DeadLetters;

/// <summary>Bodies of messages that no program of ours writes.</summary>
internal static class Anything
{
    // One byte a character, so that what stands here as ÿ is 0xFF: no UTF-8.
    public static IReadOnlyList<byte[]> Bodies { get; } =
    [
        .. ((string[])
        [
            "",
            "null",
            "neither JSON nor UTF-8: ÿ",
            """{"messageId":"ÿ","message":{"jobId":"ÿ"}}""",
            """{"messageType":["urn:message:A:ÿ"]}""",
            """{"messageType":["urn:message:A:\u0000B"]}""",
            """{"messageType":["urn:message:A:\ud83d"],"messageId":"\ud83d"}""",
            """{"\ud83d":1,"message":{"\ud83d":1}}""",
            """{"messageType":[],"messageId":1,"message":[]}""",
            """[{"messageId":"00000000-0000-0000-0000-000000000001"}]""",
            Nested(63), Nested(64), Nested(500),
            $$$"""{"messageType":["urn:message:{{{new string('a', 10_000)}}}"],"message":{"text":"{{{new string('x', 8 * 1024 * 1024)}}}"}}""",
        ]).Select(body => Encoding.Latin1.GetBytes(body)),
    ];

    static string Nested(int levels) => string.Concat(Enumerable.Repeat("""{"message":""", levels)) + "{}" + new string('}', levels);
}
