using Microsoft.Extensions.Options;

namespace VideoGen.Providers.Connectors;

/// <summary>Sections that vendors' settings had before each vendor got its own below <c>Connectors</c>.</summary>
internal sealed class MovedSettings
{
    /// <summary>Each old section with the one that took its place.</summary>
    public static IReadOnlyList<(string Old, string New)> Sections { get; } =
    [
        ("Providers:Simulator", "Connectors:Simulator"),
        ("Providers:MediaTools", "Connectors:MediaTools"),
        ("ComfyUI", "Connectors:ComfyUi"),
        ("Replicate", "Connectors:Replicate"),
    ];

    /// <summary>Settings that got another name as well.</summary>
    public static IReadOnlyDictionary<string, string> Renamed { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        ["ComfyUI:Url"] = "Connectors:ComfyUi:BaseUrl",
    };
}

/// <summary>An old name stops the service and names the new one: a setting that is ignored in silence would be worse.</summary>
internal sealed class MovedSettingsValidator(IConfiguration configuration) : IValidateOptions<MovedSettings>
{
    public ValidateOptionsResult Validate(string? name, MovedSettings options)
    {
        var faults = MovedSettings.Sections.SelectMany(section => Faults(section.Old, section.New)).ToList();
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    IEnumerable<string> Faults(string old, string current) =>
        from setting in configuration.GetSection(old).AsEnumerable(makePathsRelative: true)
        where setting.Value is not null && setting.Key.Length > 0
        let was = $"{old}:{setting.Key}"
        select $"{was} is now called {MovedSettings.Renamed.GetValueOrDefault(was) ?? $"{current}:{setting.Key}"}.";
}
