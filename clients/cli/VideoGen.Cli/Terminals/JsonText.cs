using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;

namespace VideoGen.Cli.Terminals;

/// <summary>JSON as the program prints it: letters of every language as they are, controls escaped.</summary>
internal static class JsonText
{
    static readonly JsonSerializerOptions Wide = new() { WriteIndented = true, Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };
    static readonly JsonSerializerOptions Narrow = new() { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    public static string Write(JsonNode? node, bool onOneLine = false) => node?.ToJsonString(onOneLine ? Narrow : Wide) ?? "null";
}
