using Microsoft.Extensions.Options;

namespace VideoGen.Providers.Connectors.Http;

/// <summary>Names every fault of a vendor's address and credentials, at the start of the service.</summary>
/// <param name="section">For the messages.</param>
internal sealed class VendorHttpOptionsValidator<TOptions>(string section) : IValidateOptions<TOptions>
    where TOptions : VendorHttpOptions
{
    public ValidateOptionsResult Validate(string? name, TOptions options)
    {
        var faults = FaultsOf(section, options).ToList();
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    /// <summary>Every fault of a vendor's address and credentials.</summary>
    public static IEnumerable<string> FaultsOf(string section, TOptions options)
    {
        if (options.BaseUrl is { } url)
        {
            if (!url.IsAbsoluteUri || url.Scheme is not ("http" or "https")) yield return $"{section}:BaseUrl must be an address such as https://api.example.com/v1.";
            else if (url.UserInfo.Length > 0 || url.Query.Length > 0 || url.Fragment.Length > 0) yield return $"{section}:BaseUrl must have no user name, query or fragment.";
        }

        if (!options.ApiKey.All(IsVisible)) yield return $"{section}:ApiKey must be visible ASCII characters without spaces.";
        foreach (var (header, value) in options.Headers)
        {
            if (header.Length == 0 || !header.All(IsInHeaderName)) yield return $"{section}:Headers: '{header}' must be the name of a header.";
            if (!value.All(character => character is >= ' ' and <= '~')) yield return $"{section}:Headers:{header} must be visible ASCII characters.";
        }
    }

    static bool IsVisible(char character) => character is > ' ' and <= '~';

    static bool IsInHeaderName(char character) => char.IsAsciiLetterOrDigit(character) || "!#$%&'*+-.^_`|~".Contains(character);
}
