using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using VideoGen.Providers.Catalog;

namespace VideoGen.Providers.Connectors.Described;

/// <summary>Turns a file of <c>catalog/vendors</c> into a description, or into everything that is wrong with it.</summary>
internal static class DescriptionReader
{
    static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        RespectNullableAnnotations = true,
        Converters =
        {
            new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false), new ExpressionConverter(),
                new PathConverter(), new TemplateConverter(),
            new PatternConverter(), new StateConverter(),
        },
    };

    /// <summary>Every description of a folder, in the order of their names. Faults are named by file and JSON pointer.</summary>
    public static IReadOnlyList<VendorDescription> ReadAll(string folder, List<CatalogFault> faults)
    {
        var all = new List<VendorDescription>();
        if (!Directory.Exists(folder)) return all;
        foreach (var file in Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal))
        {
            if (CatalogFile.Read(file, faults) is { } root
                && Read(root, Path.GetFileName(file), faults) is { } description) all.Add(description);
        }

        foreach (var shared in all.GroupBy(one => one.Settings, StringComparer.OrdinalIgnoreCase).Where(group => group.Count() > 1))
            faults.AddRange(shared.Skip(1)
                .Select(one => new CatalogFault($"{one.Name}.json", "/settings",
                $"{one.Settings} is the section of {shared.First().Name} already")));
        return all;
    }

    /// <summary>Null, with at least one fault, for a file that can't be used.</summary>
    public static VendorDescription? Read(JsonElement root, string file, List<CatalogFault> faults)
    {
        var found = DescriptionLanguage.FaultsOf(root).Select(fault => new CatalogFault(file, fault.Pointer, fault.Message)).ToList();
        faults.AddRange(found);
        if (found.Count > 0) return null;

        if (Deserialized(root, file, faults) is not { } description) return null;
        found = [.. Contradictions(description, file).Select(fault => new CatalogFault(file, fault.Pointer, fault.Message))];
        faults.AddRange(found);
        return found.Count > 0 ? null : description;
    }

    static VendorDescription? Deserialized(JsonElement root, string file, List<CatalogFault> faults)
    {
        try
        {
            return root.Deserialize<VendorDescription>(Options);
        }
        catch (Exception fault) when (fault is JsonException or FormatException or InvalidOperationException)
        {
            // Something that the schema lets pass, such as a null.
            faults.Add(new CatalogFault(file, ((fault as JsonException)?.Path ?? "$")[1..].Replace('.', '/'), fault.Message));
            return null;
        }
    }

    /// <summary>What the schema can't say.</summary>
    static IEnumerable<(string Pointer, string Message)> Contradictions(VendorDescription description, string file)
    {
        if (file != description.Name + ".json") yield return ("/name",
            $"must be the file's name without .json; this file would have to be {description.Name}.json");
        if (description.Callback is { Scheme: CallbackScheme.StandardWebhooks, Id: null }) yield return ("/callback",
            "must say where the id is");
        foreach (var (name, task) in description.Tasks)
        {
            var at = $"/tasks/{name}";
            if (task.Read is not null && task.Create.Id is null) yield return ($"{at}/create",
                "must say where the id is, for work that is read");
            if (task.Read is null && task.Create.Id is not null) yield return (at, "has an id and nothing that reads it");
            if (task.Read is null && task.Cancel is not null) yield return ($"{at}/cancel", "is of no use where the answer is the result");
            if (task.Read is { } read
                && read.States.Values.All(state => state.As != WorkState.Succeeded)) yield return ($"{at}/read/states",
                "never says succeeded");
            if (task.Result is { Outputs.Count: 0, Bytes: null, Text: null }) yield return ($"{at}/result",
                "must have outputs, bytes or text");
            if (task.Result is { Path: not null, Outputs.Count: 0 }) yield return ($"{at}/result/path",
                "is read for outputs; say where they are");
            if (task.Create is { Form: BodyForm.Json, Files.Count: > 0 }) yield return ($"{at}/create/files",
                "are parts of a multipart body");
        }
    }

    sealed class ExpressionConverter : TextConverter<Expression>
    {
        protected override Expression Of(string text) => Expression.Compile(text);
    }

    sealed class PathConverter : TextConverter<PathTemplate>
    {
        protected override PathTemplate Of(string text) => PathTemplate.Compile(text);
    }

    sealed class PatternConverter : TextConverter<Regex>
    {
        protected override Regex Of(string text) => DescriptionLanguage.Pattern(text);
    }

    abstract class TextConverter<T> : JsonConverter<T>
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Of(reader.GetString()!);

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
            throw new NotSupportedException("Descriptions are only read.");

        protected abstract T Of(string text);
    }

    sealed class TemplateConverter : JsonConverter<Template>
    {
        public override Template Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            Template.Compile(JsonElement.ParseValue(ref reader));

        public override void Write(Utf8JsonWriter writer, Template value, JsonSerializerOptions options) =>
            throw new NotSupportedException("Descriptions are only read.");
    }

    /// <summary><c>"running"</c> stands for <c>{"as": "running"}</c>.</summary>
    sealed class StateConverter : JsonConverter<StateMeaning>
    {
        public override StateMeaning Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var value = JsonElement.ParseValue(ref reader);
            if (value.ValueKind == JsonValueKind.String) return new StateMeaning { As = value.Deserialize<WorkState>(options) };
            return new StateMeaning
            {
                As = value.GetProperty("as").Deserialize<WorkState>(options),
                Is = value.TryGetProperty("is", out var meaning) ? meaning.Deserialize<ErrorMeaning>(options) : ErrorMeaning.Vendor,
                Charged = value.TryGetProperty("charged", out var charged) ? charged.Deserialize<Charged>(options) : Charged.Unknown,
            };
        }

        public override void Write(Utf8JsonWriter writer, StateMeaning value, JsonSerializerOptions options) =>
            throw new NotSupportedException("Descriptions are only read.");
    }
}
