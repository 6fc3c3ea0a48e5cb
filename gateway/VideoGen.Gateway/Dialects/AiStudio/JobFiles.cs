using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using VideoGen.Gateway.Dialects.Native;
using VideoGen.HttpApi.Errors;
using VideoGen.Jobs.Contracts;

namespace VideoGen.Gateway.Dialects.AiStudio;

/// <summary>The pictures of one request: stored while they arrive, deleted again at its end unless the job uses them.</summary>
internal sealed class JobFiles(NativeApi native, ILogger log) : IAsyncDisposable
{
    const string References = "referenceImages";
    const int MaxReferences = 3;

    static readonly string[] Single = ["initialImage", "endFrame"];

    readonly List<(string Field, PendingUpload Upload)> _files = [];
    bool _hasTooMany;

    /// <summary>The form's fields that are files.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Single, References];

    /// <summary>Field name, with its place in a list, to the SHA-256 of its bytes.</summary>
    public IEnumerable<KeyValuePair<string, string>> Hashes => _files.Select((file, index) =>
        KeyValuePair.Create(file.Field == References ? $"{References}[{index.ToString(CultureInfo.InvariantCulture)}]" : file.Field, file.Upload.Answer.Value!.Sha256));

    /// <summary>The first file of a name that takes one, up to three of the name that takes several; others are read past.</summary>
    public async Task TakeAsync(FormFile file, CancellationToken ct)
    {
        var before = _files.Count(one => one.Field == file.Name);
        if (!Names.Contains(file.Name, StringComparer.Ordinal) || (file.Name != References && before > 0)) return;
        if (before == MaxReferences) _hasTooMany = true;
        if (_hasTooMany) return;
        var upload = new PendingUpload(native, log);
        _files.Add((file.Name, upload));
        await upload.TakeAsync(file, ct);
    }

    /// <summary>What is wrong with the files, or with a text where a file should be; null for nothing.</summary>
    public ProblemAnswer? FaultBeside(IReadOnlyDictionary<string, string> texts)
    {
        foreach (var name in Names)
        {
            if (texts.TryGetValue(name, out var text) && text.Trim().Length > 0) return AiStudioFaults.Of($"{AiStudioFaults.LabelOf(name)} must be {Kind(name)}");
            if (name == References && _hasTooMany) return AiStudioFaults.Of($"Reference images must be at most {MaxReferences} files");
            foreach (var (_, upload) in _files.Where(file => file.Field == name))
            {
                if (upload.Answer.IsRefusedWith(ErrorCodes.InvalidMedia) || upload.Answer.Value is { Kind: not "image" })
                    return AiStudioFaults.Of($"{AiStudioFaults.LabelOf(name)} must be {Kind(name)}");
                if (!upload.Answer.Succeeded) return upload.Answer.Refusal;
            }
        }
        return null;
    }

    /// <summary>Names the stored files in the model's input.</summary>
    public void AddTo(JsonObject input)
    {
        foreach (var (field, upload) in _files.Where(file => file.Field != References)) input[field] = IdOf(upload);
        if (_files.Where(file => file.Field == References).ToList() is { Count: > 0 } references)
            input[References] = new JsonArray([.. references.Select(file => JsonValue.Create(IdOf(file.Upload)))]);
    }

    /// <summary>See <see cref="PendingUpload.KeepIfUsed"/>; a job that was made by an earlier request has that request's files.</summary>
    public void KeepIfUsed(NativeResult<JobView> submitted)
    {
        foreach (var (_, upload) in _files) upload.KeepIfUsed(submitted, job => IsUsedIn(job.Input, IdOf(upload)));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (_, upload) in _files) await upload.DisposeAsync();
    }

    static string Kind(string name) => name == References ? "image files" : "an image file";

    static string IdOf(PendingUpload upload) => upload.Answer.Value!.Id.ToString();

    static bool IsUsedIn(JsonElement input, string id) => input.ValueKind == JsonValueKind.Object && Names.Any(name =>
        input.TryGetProperty(name, out var value)
        && (value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().Any(item => Is(item, id)) : Is(value, id)));

    static bool Is(JsonElement value, string id) => value.ValueKind == JsonValueKind.String && value.GetString() == id;
}
