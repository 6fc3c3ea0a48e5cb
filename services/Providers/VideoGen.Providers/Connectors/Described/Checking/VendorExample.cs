using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using VideoGen.Providers.Connectors.Http;
using VideoGen.Providers.Contracts;

namespace VideoGen.Providers.Connectors.Described.Checking;

/// <summary>
/// An answer as a vendor's document shows it, and what it means; or an input, and the request that it makes: one item of a file of
/// <c>tests/vendors/vectors</c>. What it is to mean is in the words of <see cref="ExampleWords"/>.
/// </summary>
internal sealed record VendorExample(VendorDescription Description, JsonObject Case)
{
    public static readonly string[] Kinds = ["create", "read", "result", "request", "find"];

    public TaskDescription Task => Case["task"] is { } task ? Description.Tasks[(string)task!] : Description.Tasks.Values.First();

    public string On => (string)Case["on"]!;

    public string Expected => Case["is"]!.ToJsonString(Plainly);

    static readonly JsonSerializerOptions Plainly = new() {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>What happens, in the words of the file.</summary>
    public string Happens()
    {
        var reader = new AnswerReader(Description, Task);
        var work = RequestWriter.ScopeOf(new VendorWork(Reference, "work-1", Model),
            JsonSerializer.SerializeToElement(Case["settings"] ?? new JsonObject()));
        JsonNode words = On switch
        {
            "create" => ExampleWords.Of(reader.ReadCreate(Answer, Reference, work, Now)),
            "read" => ExampleWords.Of(reader.ReadState(Answer, work, Now)),
            "result" => ExampleWords.Of(reader.ReadResult(Answer, work, Now)),
            "request" => Request(),
            "find" => Found(),
            _ => throw new FormatException($"on must be one of {string.Join(", ", Kinds)}; it is {On}"),
        };
        return words.ToJsonString(Plainly);
    }

    static DateTimeOffset Now { get; } = DateTimeOffset.Parse("2026-11-27T12:00:00Z", System.Globalization.CultureInfo.InvariantCulture);

    static Guid Reference { get; } = Guid.Parse("019ac000-0000-7000-8000-000000000001");

    string Model => (string?)Case["model"] ?? "m";

    VendorAnswer Answer
    {
        get
        {
            var status = (int?)Case["status"] ?? 200;
            var text = Case["body"]?.ToJsonString(Plainly) ?? (string?)Case["text"] ?? "";
            var wait = (int?)Case["retry_after"] is { } seconds ? TimeSpan.FromSeconds(seconds) : (TimeSpan?)null;
            return new VendorAnswer(Description.Title, status, Encoding.UTF8.GetBytes(text), (string?)Case["media_type"] ?? "application/json",
                wait, VendorStatus.RefusalOf(status == 0 ? 503 : status, text, wait))
            {
                Headers = (Case["headers"]?.AsObject() ?? [])
                    .ToDictionary(header => header.Key, header => (string)header.Value!, StringComparer.OrdinalIgnoreCase),
            };
        }
    }

    CreateRequest CreateRequest => new(
        Reference, Model, JsonSerializer.SerializeToElement(Case["input"] ?? new JsonObject()), [],
            JsonSerializer.SerializeToElement(Case["settings"] ?? new JsonObject()), Script: null,
        Now.AddMinutes(30));

    JsonObject Request()
    {
        var assets = (Case["assets"]?.AsObject() ?? []).Select(asset => new AssetBytes(
            new GenerationAsset(asset.Key, Guid.Empty, new Uri("https://media.example/a"), (string)asset.Value!, 3, null, null, null),
                [1, 2, 3])).ToList();
        var callback = Case["callback"] is null ? null : new Uri("https://api.example/callbacks/x");
        var call = RequestWriter.Create(Task.Create, RequestWriter.ScopeOf(CreateRequest, Task.Create, assets, callback), assets);
        if (call.Fault is not null) return new JsonObject { ["fault"] = call.Fault };
        var body = call.Content!.ReadAsStringAsync().GetAwaiter().GetResult();
        return new JsonObject
        {
            ["path"] = call.Path,
            ["body"] = Task.Create.Form == BodyForm.Json ? JsonNode.Parse(body) : Parts((MultipartFormDataContent)call.Content),
        };
    }

    static JsonObject Parts(MultipartFormDataContent content)
    {
        var parts = new JsonObject();
        foreach (var part in content)
        {
            var (name, file) = (part.Headers.ContentDisposition!.Name!.Trim('"'), part.Headers.ContentDisposition.FileName?.Trim('"'));
            parts[name] = file is null ? part.ReadAsStringAsync().GetAwaiter().GetResult() : $"{file} {part.Headers.ContentType}";
        }

        return parts;
    }

    /// <summary>The ids; or unknown, when the list does not tell.</summary>
    JsonNode Found()
    {
        var lost = new LostWork(CreateRequest, Now, Now.AddMinutes(2));
        var listed = LostWorkFinder.Candidates(Task.Find!, lost, Scope.TryParse(Answer.Text)!, TimeSpan.FromSeconds(60));
        return listed.IsWhole ? new JsonArray([.. listed.Ids.Select(id => JsonValue.Create(id))]) : "unknown";
    }
}
