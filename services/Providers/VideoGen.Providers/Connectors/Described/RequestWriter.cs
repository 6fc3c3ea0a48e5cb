using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using VideoGen.Providers.Contracts;

namespace VideoGen.Providers.Connectors.Described;

/// <summary>An asset's bytes, for a body that holds them.</summary>
internal sealed record AssetBytes(GenerationAsset Asset, byte[] Bytes);

/// <summary>A create as it is sent.</summary>
/// <param name="Path">Null when the input leaves a hole in it; see <see cref="Fault"/>.</param>
/// <param name="Fault">For the customer: why the request can't be made.</param>
internal sealed record CreateCall(string? Path, HttpContent? Content, string? Fault);

/// <summary>Writes requests by their description. Pure but for the bytes that it is given.</summary>
internal static class RequestWriter
{
    /// <summary>For the customer.</summary>
    public const string Unfit = "The input can't be put into a request to the provider.";

    static readonly JsonElement Nothing = JsonElement.Parse("{}");

    /// <summary>What a template of a create is over; null when no request can be made of the input.</summary>
    public static Scope? TryScopeOf(CreateRequest request, CreateDescription create, IReadOnlyList<AssetBytes> assets, Uri? callback)
    {
        try
        {
            return ScopeOf(request, create, assets, callback);
        }
        catch (Exception unfit) when (unfit is FormatException or JsonException)
        {
            return null;
        }
    }

    /// <summary>What a template of a create is over.</summary>
    /// <param name="assets">Those of the request; without bytes where the description wants links.</param>
    /// <exception cref="FormatException">Expressions can't be asked about the input.</exception>
    public static Scope ScopeOf(CreateRequest request, CreateDescription create, IReadOnlyList<AssetBytes> assets, Uri? callback)
    {
        var (settings, constants) = SettingsOf(request.Settings);
        var input = (JsonObject)JsonNode.Parse(VendorInput.Overlay(constants, request.Input).GetRawText())!;
        foreach (var (asset, bytes) in assets) Put(input, asset.Field, Shown(asset, bytes, create.Assets));
        return Scope.Of(new JsonObject
        {
            ["model"] = request.Model,
            ["input"] = input,
            ["settings"] = JsonNode.Parse(settings.GetRawText()),
            ["reference"] = request.ClientReference.ToString(),
            ["callback_url"] = callback?.ToString(),
        });
    }

    /// <summary>What expressions about accepted work are over.</summary>
    /// <param name="settings">The route's, as they were when the work was handed over.</param>
    public static Scope ScopeOf(VendorWork work, JsonElement? settings, Scope? body = null) => Scope.Of(new JsonObject
    {
        ["id"] = work.VendorId,
        ["model"] = work.Model,
        ["reference"] = work.ClientReference.ToString(),
        ["settings"] = settings is { } set ? JsonNode.Parse(SettingsOf(set).Settings.GetRawText()) : new JsonObject(),
        ["body"] = body is null ? null : JsonNode.Parse(body.Root.ToString(Newtonsoft.Json.Formatting.None)),
    });

    public static CreateCall Create(CreateDescription create, Scope scope, IReadOnlyList<AssetBytes> assets)
    {
        if (create.Path.Fill(scope) is not { } path) return new CreateCall(null, null, Unfit);
        var body = create.Body.Fill(scope) ?? new JsonObject();
        return new CreateCall(path, create.Form == BodyForm.Json ? Json(body) : Multipart(body, create.Files, assets), Fault: null);
    }

    static StringContent Json(JsonNode body) => new(body.ToJsonString(), Encoding.UTF8, new MediaTypeHeaderValue("application/json"));

    static MultipartFormDataContent Multipart(JsonNode body, IReadOnlyDictionary<string, string> files, IReadOnlyList<AssetBytes> assets)
    {
        var content = new MultipartFormDataContent(Guid.NewGuid().ToString("n"));
        foreach (var (name, value) in body.AsObject())
        {
            var parts = value is JsonArray many ? many.Select(item => (Name: $"{name}[]", Value: item)) : [(Name: name, Value: value)];
            foreach (var part in parts) content.Add(new StringContent(Plain(part.Value)), $"\"{part.Name}\"");
        }

        foreach (var (name, field) in files)
        {
            foreach (var (asset, bytes) in assets.Where(asset => asset.Asset.IsIn(field)))
            {
                var file = new ByteArrayContent(bytes);
                if (MediaTypeHeaderValue.TryParse(asset.MediaType, out var type)) file.Headers.ContentType = type;
                // Some vendors look at the name's ending alone.
                content.Add(file, $"\"{name}\"", $"\"file.{EndingOf(asset.MediaType)}\"");
            }
        }

        return content;
    }

    static string Plain(JsonNode? value) => value is JsonValue plain && plain.TryGetValue<string>(out var text) ? text
        : value?.ToJsonString() ?? "";

    static string EndingOf(string mediaType) => mediaType switch
    {
        "audio/mpeg" => "mp3",
        "audio/mp4" => "m4a",
        "audio/x-wav" or "audio/wave" => "wav",
        "image/jpeg" => "jpg",
        "video/quicktime" => "mov",
        _ => new string([.. mediaType[(mediaType.IndexOf('/', StringComparison.Ordinal) + 1)..].TakeWhile(char.IsAsciiLetterOrDigit)]),
    };

    /// <summary>The route's settings without its constants, and those.</summary>
    static (JsonElement Settings, JsonElement Constants) SettingsOf(JsonElement settings) =>
        (settings, settings.ValueKind == JsonValueKind.Object && settings.TryGetProperty("input", out var constants) ? constants : Nothing);

    static string Shown(GenerationAsset asset, byte[] bytes, AssetForm form) => form switch
    {
        AssetForm.Url => asset.Url.ToString(),
        AssetForm.Base64 => Convert.ToBase64String(bytes),
        _ => $"data:{asset.MediaType};base64,{Convert.ToBase64String(bytes)}",
    };

    /// <summary>In place of the asset's id: <c>image</c>, or <c>videos[1]</c>.</summary>
    static void Put(JsonObject input, string field, string value)
    {
        var bracket = field.IndexOf('[', StringComparison.Ordinal);
        if (bracket < 0) input[field] = value;
        else if (input[field[..bracket]] is JsonArray list
            && int.TryParse(field[(bracket + 1)..^1], System.Globalization.CultureInfo.InvariantCulture, out var index) && index >= 0
            && index < list.Count)
            list[index] = value;
    }
}
