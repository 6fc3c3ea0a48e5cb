using System.ComponentModel.DataAnnotations;

namespace VideoGen.Gateway.Callers;

/// <summary>How sign-in tokens are verified. Section <c>Jwt</c>; the same value for Accounts, which issues them.</summary>
internal sealed class JwtOptions
{
    public const string Section = "Jwt";

    /// <summary>Shared secret for HS256, at least 32 characters. Required.</summary>
    [Required, MinLength(32)]
    public string SigningKey { get; set; } = "";
}
