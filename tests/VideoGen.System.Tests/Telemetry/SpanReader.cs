using System.Text;

namespace VideoGen.System.Tests.Telemetry;

/// <summary>Reads the few fields of OTLP exports that the tests look at, straight from the protobuf wire format.</summary>
static class SpanReader
{
    public static IEnumerable<Span> Read(byte[] export) => Fields(export, 1).SelectMany(ReadResourceSpans).ToList();

    public static IEnumerable<LogLine> ReadLines(byte[] export) => (
        from resourceLogs in Fields(export, 1)
        from scopeLogs in Fields(resourceLogs, 2)
        from line in Fields(scopeLogs, 2)
        select new LogLine(ServiceOf(resourceLogs), Text(First(First(line, 5), 1)), Hex(First(line, 9)), TagsOf(line, 6))).ToList();

    public static IEnumerable<Metric> ReadMetrics(byte[] export) => (
        from resourceMetrics in Fields(export, 1)
        from scopeMetrics in Fields(resourceMetrics, 2)
        from metric in Fields(scopeMetrics, 2)
        select new Metric(ScopeOf(scopeMetrics), Text(First(metric, 1)), Text(First(metric, 2)), Text(First(metric, 3)))).ToList();

    static IEnumerable<Span> ReadResourceSpans(byte[] resourceSpans)
    {
        var service = ServiceOf(resourceSpans);
        foreach (var scopeSpans in Fields(resourceSpans, 2))
        {
            var scope = ScopeOf(scopeSpans);
            foreach (var span in Fields(scopeSpans, 2))
                yield return new Span(service, scope, Text(First(span, 5)), Hex(First(span, 1)), Hex(First(span, 2)), Hex(First(span, 4)),
                    TagsOf(span, 9));
        }
    }

    static string ServiceOf(byte[] resourceExport) => TagsOf(First(resourceExport, 1), 1).GetValueOrDefault("service.name", "");

    static string ScopeOf(byte[] scopeExport) => Text(First(First(scopeExport, 1), 1));

    static Dictionary<string, string> TagsOf(byte[] message, int number) =>
        Tags(message, number).GroupBy(tag => tag.Key).ToDictionary(group => group.Key, group => group.First().Value);

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
