using System.Text.Encodings.Web;
using System.Text.Json;

namespace VideoGen.Web.Layout;

/// <summary>JSON for people: a member a line, letters as they are. The page encodes it as it does every text.</summary>
internal static class ReadableJson
{
    static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Of<T>(T json) => JsonSerializer.Serialize(json, Indented);
}
