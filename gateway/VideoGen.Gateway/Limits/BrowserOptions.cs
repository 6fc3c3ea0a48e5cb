using Microsoft.Extensions.Options;

namespace VideoGen.Gateway.Limits;

/// <summary>Who may call from a browser. Section <c>Gateway:Cors</c>.</summary>
internal sealed class BrowserOptions
{
    public const string Section = "Gateway:Cors";

    internal const string AnyOrigin = "*";

    /// <summary>Exact origins such as <c>https://app.example.com</c>, or <c>*</c> for all. Default none. Cookies are never involved.</summary>
    public IReadOnlyList<string> Origins { get; set; } = [];
}

internal sealed class BrowserOptionsValidator : IValidateOptions<BrowserOptions>
{
    public ValidateOptionsResult Validate(string? name, BrowserOptions options)
    {
        var faults = options.Origins.Where(origin => !IsOrigin(origin))
            .Select(origin => $"{BrowserOptions.Section}:{nameof(options.Origins)}: '{origin}' must be an origin such as https://app.example.com, or *.")
            .ToList();
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    /// <summary>Scheme, host and port; a slash at the end is taken, as the framework takes it.</summary>
    static bool IsOrigin(string text) => text == BrowserOptions.AnyOrigin
        || (Uri.TryCreate(text, UriKind.Absolute, out var origin) && origin.Host.Length > 0 && origin.PathAndQuery == "/" && origin.Fragment.Length == 0);
}
