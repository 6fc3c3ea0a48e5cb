using System.Security.Cryptography;

namespace VideoGen.Storage.Objects;

/// <summary>The name of an object: 32 random lower-case hexadecimal digits, never anything that a customer wrote.</summary>
internal readonly record struct ObjectKey
{
    const int Digits = 32;

    readonly string? _text;

    ObjectKey(string text) => _text = text;

    /// <summary>A key that nobody can guess and nobody else has.</summary>
    public static ObjectKey New() => new(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(Digits / 2)));

    /// <summary>A key read from a row or a listing; null for any other text.</summary>
    public static ObjectKey? TryParse(string? text) =>
        text is { Length: Digits } && text.All(char.IsAsciiHexDigit) && text.All(c => !char.IsAsciiLetterUpper(c)) ? new ObjectKey(text) : null;

    /// <exception cref="FormatException">The text is no key.</exception>
    public static ObjectKey Parse(string text) => TryParse(text) ?? throw new FormatException("Not an object key.");

    public override string ToString() => _text ?? throw new InvalidOperationException("An object key without a value.");
}
