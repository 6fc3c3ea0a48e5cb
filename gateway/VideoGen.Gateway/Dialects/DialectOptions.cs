using System.ComponentModel.DataAnnotations;

namespace VideoGen.Gateway.Dialects;

/// <summary>
/// Where a dialect answers at the root, beside its path prefix. Section <c>Dialects:&lt;name&gt;</c>, for example
/// <c>Dialects__VividFlow__Hosts__0=vivid.example.com</c>.
/// </summary>
internal sealed class DialectOptions
{
    public const string Section = "Dialects:<name>";

    /// <summary>Host names whose every path belongs to the dialect. Default none.</summary>
    public IReadOnlyList<string> Hosts { get; set; } = [];

    /// <summary>A port of its own, opened beside the gateway's; 0 opens none. Default none.</summary>
    [Range(0, 65535)]
    public int? Port { get; set; }

    public static string SectionOf(IDialect dialect) => Section.Replace("<name>", dialect.Section, StringComparison.Ordinal);

    /// <summary>The port to open, if any.</summary>
    internal int? OwnPort => Port is 0 ? null : Port;
}
