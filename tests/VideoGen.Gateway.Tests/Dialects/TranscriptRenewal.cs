using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using VideoGen.Testing;

namespace VideoGen.Gateway.Tests.Dialects;

/// <summary>Writes what was answered, and what the services were asked, into the recording. Placeholders that still fit stay.</summary>
internal sealed partial class Transcript
{
    static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    void Renew(GatewayApplication gateway, HttpResponseMessage response, string text)
    {
        var before = file.ToJsonString();
        var recorded = file["response"]!.AsObject();
        recorded["status"] = (int)response.StatusCode;
        foreach (var name in recorded["headers"]!.AsObject().Select(header => header.Key).ToList()) RenewHeader(recorded["headers"]!.AsObject(), name, response);
        recorded["body"] = Renewed(recorded["body"], Parse(text));
        foreach (var exchange in file["native"]?.AsArray() ?? []) RenewExchange(gateway, exchange!.AsObject());
        if (file.ToJsonString() == before) return;
        var place = Path.GetRelativePath(AppContext.BaseDirectory, path);
        File.WriteAllText(Path.Combine(Repository.Root, "tests", "VideoGen.Gateway.Tests", place), file.ToJsonString(Readable) + "\n");
    }

    static void RenewHeader(JsonObject headers, string name, HttpResponseMessage response)
    {
        var values = response.Headers.TryGetValues(name, out var found) || response.Content.Headers.TryGetValues(name, out found) ? string.Join(", ", found) : null;
        if (values is null) headers.Remove(name);
        else if (!Matches((string)headers[name]!, values)) headers[name] = values;
    }

    static void RenewExchange(GatewayApplication gateway, JsonObject exchange)
    {
        var request = gateway.Services.Received
            .LastOrDefault(one => one.Service == (string)exchange["service"]! && $"{one.Method} {one.Target}" == (string)exchange["request"]!);
        if (request is not null && exchange["body"] is { } body) exchange["body"] = Renewed(body, Parse(request.Body));
    }

    static JsonNode? Renewed(JsonNode? recorded, JsonNode? actual)
    {
        if (!Compare(recorded, actual, "").Any()) return recorded?.DeepClone();
        return (recorded, actual) switch
        {
            (JsonObject was, JsonObject now) => new JsonObject(now.Select(member =>
                KeyValuePair.Create(member.Key, was.ContainsKey(member.Key) ? Renewed(was[member.Key], member.Value) : member.Value?.DeepClone()))),
            (JsonArray was, JsonArray now) => new JsonArray([.. now.Select((item, index) => index < was.Count ? Renewed(was[index], item) : item?.DeepClone())]),
            _ => actual?.DeepClone(),
        };
    }
}
