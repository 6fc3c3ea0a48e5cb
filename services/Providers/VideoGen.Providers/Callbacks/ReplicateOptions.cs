using Microsoft.Extensions.Options;

namespace VideoGen.Providers.Callbacks;

/// <summary>What is agreed with Replicate. Section <c>Replicate</c>.</summary>
internal sealed class ReplicateOptions
{
    /// <summary>
    /// The secret that signs its callbacks, <c>whsec_…</c>, as Replicate shows it; while one is being replaced both, with a space between.
    /// Default none: callbacks are refused.
    /// </summary>
    public string WebhookSecret { get; set; } = "";

    /// <summary>The keys in the secrets.</summary>
    /// <exception cref="FormatException">A secret is none.</exception>
    public IReadOnlyList<byte[]> Keys() => [.. WebhookSecret.Split(' ', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(CallbackSignature.KeyOf)];
}

/// <summary>A secret that can't be one stops the service at its start.</summary>
internal sealed class ReplicateOptionsValidator : IValidateOptions<ReplicateOptions>
{
    public ValidateOptionsResult Validate(string? name, ReplicateOptions options)
    {
        try
        {
            options.Keys();
            return ValidateOptionsResult.Success;
        }
        catch (FormatException)
        {
            return ValidateOptionsResult.Fail("Replicate:WebhookSecret must be whsec_ and the base64 of 16 bytes at least; several with spaces between.");
        }
    }
}
