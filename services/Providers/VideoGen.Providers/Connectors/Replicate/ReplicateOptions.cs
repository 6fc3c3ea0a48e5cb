using Microsoft.Extensions.Options;
using VideoGen.Providers.Callbacks;

namespace VideoGen.Providers.Connectors.Replicate;

/// <summary>How Replicate is spoken with. Section <c>Connectors:Replicate</c>.</summary>
internal sealed class ReplicateOptions
{
    public const string Section = "Connectors:Replicate";

    /// <summary>
    /// The secret that signs its callbacks, <c>whsec_…</c>, as Replicate shows it; while one is being replaced both, with a space between.
    /// Default none: callbacks are refused.
    /// </summary>
    public string WebhookSecret { get; set; } = "";

    /// <summary>The keys in the secrets.</summary>
    /// <exception cref="FormatException">A secret is not of that form.</exception>
    public IReadOnlyList<byte[]> Keys() => [.. WebhookSecret.Split(' ', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(CallbackSignature.KeyOf)];
}

/// <summary>Stops the service at its start when a secret is not of the right form.</summary>
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
            return ValidateOptionsResult.Fail("Connectors:Replicate:WebhookSecret must be whsec_ and the base64 of 16 bytes at least; several with spaces between.");
        }
    }
}
