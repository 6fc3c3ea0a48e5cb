using System.ComponentModel.DataAnnotations;

namespace VideoGen.ServiceDefaults.Callers;

/// <summary>How services recognise each other. Section <c>Caller</c>; the same value everywhere.</summary>
public sealed class CallerOptions
{
    public const string Section = "Caller";

    /// <summary>Shared secret for caller tokens, at least 32 characters. Required.</summary>
    [Required, MinLength(32)]
    public string SigningKey { get; set; } = "";
}
