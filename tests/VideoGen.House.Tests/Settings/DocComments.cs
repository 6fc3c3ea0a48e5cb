using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace VideoGen.House.Tests.Settings;

/// <summary>The doc comments of our assemblies, from the XML files that the compiler writes beside them.</summary>
static partial class DocComments
{
    static readonly Dictionary<string, XElement> Members = Read();

    /// <summary>The summary as Markdown in one line; null where there is none.</summary>
    public static string? SummaryOf(string member) => Members.GetValueOrDefault(member)?.Element("summary") is { } summary
        ? Blanks().Replace(string.Concat(summary.Nodes().Select(Markdown)), " ").Trim()
        : null;

    static string Markdown(XNode node) => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
        XElement { Name.LocalName: "see" or "paramref" } reference => $"`{LastPart(reference)}`",
        XElement other => string.Concat(other.Nodes().Select(Markdown)),
        _ => "",
    };

    static string LastPart(XElement reference)
    {
        var target = ((string?)reference.Attribute("cref") ?? (string?)reference.Attribute("langword") ?? "").Split('(')[0];
        return target[(target.LastIndexOf('.') + 1)..];
    }

    static Dictionary<string, XElement> Read() => Directory.GetFiles(AppContext.BaseDirectory, "VideoGen.*.xml")
        .SelectMany(file => XDocument.Load(file).Descendants("member"))
        .GroupBy(member => (string)member.Attribute("name")!, StringComparer.Ordinal)
        .ToDictionary(group => group.Key, group => group.First(), StringComparer.Ordinal);

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
