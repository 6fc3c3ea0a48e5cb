using System.Text;

namespace VideoGen.System.Tests.Telemetry;

/// <summary>Reads the few fields of an OTLP trace export that the tests look at, straight from the protobuf wire format.</summary>
static class SpanReader
{
    public static IEnumerable<Span> Read(byte[] export) => Fields(export, 1).SelectMany(ReadResourceSpans).ToList();

    static IEnumerable<Span> ReadResourceSpans(byte[] resourceSpans)
    {
        var resource = Fields(resourceSpans, 1).SelectMany(body => Tags(body, 1)).ToDictionary(tag => tag.Key, tag => tag.Value);
        var service = resource.GetValueOrDefault("service.name", "");
        foreach (var scopeSpans in Fields(resourceSpans, 2))
        {
            var scope = Fields(scopeSpans, 1).SelectMany(body => Fields(body, 1)).Select(Text).FirstOrDefault() ?? "";
            foreach (var span in Fields(scopeSpans, 2))
                yield return new Span(service, scope, Text(First(span, 5)), Hex(First(span, 1)), Hex(First(span, 2)), Hex(First(span, 4)),
                    Tags(span, 9).GroupBy(tag => tag.Key).ToDictionary(group => group.Key, group => group.First().Value));
        }
    }

    static IEnumerable<KeyValuePair<string, string>> Tags(byte[] message, int number) =>
        from tag in Fields(message, number)
        select KeyValuePair.Create(Text(First(tag, 1)), Text(First(First(tag, 2), 1)));

    static byte[] First(byte[] message, int number) => Fields(message, number).FirstOrDefault() ?? [];

    static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes);

    static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);

    /// <summary>The length-delimited fields with this number.</summary>
    static List<byte[]> Fields(byte[] message, int number)
    {
        var found = new List<byte[]>();
        var at = 0;
        while (at < message.Length)
        {
            var key = Varint(message, ref at);
            switch (key & 7)
            {
                case 0: Varint(message, ref at); break;
                case 1: at += 8; break;
                case 5: at += 4; break;
                case 2:
                    var length = (int)Varint(message, ref at);
                    if ((int)(key >> 3) == number) found.Add(message[at..(at + length)]);
                    at += length;
                    break;
                default: throw new InvalidDataException($"Wire type {key & 7} is not part of OTLP");
            }
        }
        return found;
    }

    static ulong Varint(byte[] message, ref int at)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = message[at++];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80) return value;
        }
    }
}
