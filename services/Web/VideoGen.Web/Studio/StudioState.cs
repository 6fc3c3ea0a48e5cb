using System.Text.Json;
using VideoGen.Jobs.Contracts;

namespace VideoGen.Web.Studio;

/// <summary>What the studio shows at first.</summary>
/// <param name="Model">The chosen one; null while there is none to choose.</param>
/// <param name="Input">What stands in the form; undefined for the defaults.</param>
/// <param name="Recent">The newest jobs, newest first.</param>
public sealed record StudioState(StudioModel? Model, JsonElement Input, IReadOnlyList<JobView> Recent, string Key, string Token)
{
    /// <summary>Field by field: what the input says, else the default.</summary>
    public string ValueOf(Field field) =>
        Input.ValueKind == JsonValueKind.Object && Input.TryGetProperty(field.Name, out var value) ? FormInput.TextOf(value)
            : field.Default;
}
