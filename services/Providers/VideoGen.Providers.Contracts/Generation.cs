using System.Text.Json.Serialization;

namespace VideoGen.Providers.Contracts;

/// <summary>An asset that an input refers to.</summary>
/// <param name="Field">The input's property, for example <c>image</c>, or <c>videos[1]</c>.</param>
/// <param name="Url">A signed link to the bytes, reachable from the services, valid until the job's deadline.</param>
/// <param name="HasAudio">Whether anything sounds; null where it was not measured.</param>
public sealed record GenerationAsset(
    string Field, Guid AssetId, Uri Url, string MediaType, long SizeBytes, int? Width, int? Height, double? DurationSeconds,
    bool? HasAudio = null)
{
    /// <summary>Whether it stands in this property of the input, or is an item of it.</summary>
    public bool IsIn(string property) => Field == property || Field.StartsWith(property + "[", StringComparison.Ordinal);
}

/// <summary>One file that a generation made.</summary>
/// <param name="Kind"><c>video</c>, <c>image</c> or <c>audio</c>.</param>
/// <param name="Url">Where to fetch it; null when <paramref name="Inline"/> is set.</param>
/// <param name="Inline">The bytes themselves, for small outputs; null when <paramref name="Url"/> is set.</param>
/// <param name="MediaType">What the vendor says it is; Storage looks for itself.</param>
public sealed record GenerationOutput(string Kind, Uri? Url, byte[]? Inline, string? MediaType);

/// <summary>
/// What a test key may ask of the simulator (<c>simulate</c> in a submit). What is not asked for is not written: a script without wishes is
/// <c>{}</c>, the plain simulation that a live key may have.
/// </summary>
/// <param name="DelaySeconds">Render no faster than this; 0 to 600.</param>
/// <param name="StallAtPercent">Stop making progress there for ever; 0 to 99.</param>
/// <param name="FailWith">End with this error code.</param>
/// <param name="FailAtPercent">Where the failure strikes; 0 to 99, default 0.</param>
/// <param name="LoseAcknowledgement">Accept the work but lose the answer to the create call.</param>
/// <param name="ExpireOutputs">The first output link answers 403.</param>
/// <param name="Instant">Deliver a file rendered beforehand, without running ffmpeg for this job.</param>
public sealed record SimulatorScript(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] double? DelaySeconds = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] int? StallAtPercent = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] string? FailWith = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] int? FailAtPercent = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool LoseAcknowledgement = false,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool ExpireOutputs = false,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Instant = false);
