using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;

namespace VideoGen.Cli.Terminals;

/// <summary>JSON as the program prints it: letters of every language as they are, controls and marks of text direction escaped.</summary>
internal static class JsonText
{
    static readonly JsonSerializerOptions Wide = new() { WriteIndented = true, Encoder = Encoder() };
    static readonly JsonSerializerOptions Narrow = new() { Encoder = Encoder() };

    public static string Write(JsonNode? node, bool onOneLine = false) => node?.ToJsonString(onOneLine ? Narrow : Wide) ?? "null";

    static JavaScriptEncoder Encoder()
    {
        var settings = new TextEncoderSettings(UnicodeRanges.All);
        settings.ForbidCharacters([.. SafeText.DirectionMarks]);
        return JavaScriptEncoder.Create(settings);
    }
}
