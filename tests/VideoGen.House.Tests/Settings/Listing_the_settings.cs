using System.Text;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using VideoGen.Testing;

namespace VideoGen.House.Tests.Settings;

/// <summary><c>docs/operating/configuration.md</c> lists exactly the settings of the code. <c>UPDATE_SNAPSHOTS=1</c> writes it anew.</summary>
[TestFixture]
public sealed partial class Listing_the_settings
{
    const string Document = "docs/operating/configuration.md";

    /// <summary>Classes whose values stand in code, each with its reason.</summary>
    static readonly Dictionary<string, string> SetInCode = new(StringComparer.Ordinal)
    {
        ["DurabilityOptions"] = "each service tells the library its schema and assembly in code",
        ["BusWatchOptions"] = "tests shorten these times; operators have no use for them",
        ["RecurringWorkOptions"] = "belongs to a kind of work, not to an installation",
        ["DueWorkOptions"] = "belongs to a kind of work, not to an installation",
    };

    [Test]
    public void Finds_every_setting_in_the_document()
    {
        var now = Draw();
        Assert.That(Snapshot.Committed(Document, now), Is.EqualTo(now));
    }

    [Test]
    public void Finds_every_setting_explained() => Assert.That(
        from type in Processes.OptionsTypes
        from setting in Setting.Of(type, Processes.SectionOf(type)!)
        where setting.Meaning.Length == 0
        select setting.Key, Is.Empty);

    [Test]
    public void Finds_a_section_on_every_options_class()
    {
        var known = Processes.OptionsTypes.Select(type => type.Name)
            .Concat(Processes.OptionsTypes.SelectMany(type => type.GetProperties().Select(property => property.PropertyType.Name)))
            .ToHashSet(StringComparer.Ordinal);
        Assert.That(
            from file in SourceTree.CSharp
            where !file.IsTest && !file.Path.StartsWith("bench/", StringComparison.Ordinal) && !file.Path.Contains("Hosting", StringComparison.Ordinal)
            from type in file.Nodes<ClassDeclarationSyntax>()
            let name = type.Identifier.Text
            where !type.Modifiers.Any(SyntaxKind.AbstractKeyword)
            where name.EndsWith("Options", StringComparison.Ordinal) && !known.Contains(name) && !SetInCode.ContainsKey(name)
            select $"{file.Place(type)}: {name}", Is.Empty);
    }

    /// <summary>No string is written twice, and a bad value stops the process at its start together with every other one.</summary>
    [Test]
    public void Finds_every_section_bound_by_its_name_and_checked_at_start() => Assert.That(
        from file in SourceTree.CSharp
        where !file.IsTest
        from statement in file.Nodes<StatementSyntax>().OfType<ExpressionStatementSyntax>()
        let text = statement.ToString()
        where text.Contains("BindConfiguration(", StringComparison.Ordinal)
        where !BoundByName().IsMatch(text) || !text.Contains("ValidateOnStart()", StringComparison.Ordinal)
        select $"{file.Place(statement)}: {text}", Is.Empty);

    static string Draw()
    {
        var processes = Processes.Build();
        var text = new StringBuilder(SettingsPage.Opening);
        foreach (var group in Processes.OptionsTypes.GroupBy(type => SettingsPage.ChapterOf(Processes.SectionOf(type)!)).OrderBy(group => group.Key.Order))
        {
            text.Append($"\n## {group.Key.Title}\n");
            foreach (var section in group.GroupBy(type => Processes.SectionOf(type)!)) SettingsPage.Append(text, section.Key, [.. section], processes);
        }

        text.Append(SettingsPage.Ending);
        processes.DisposeAsync().AsTask().GetAwaiter().GetResult();
        return text.ToString();
    }

    [GeneratedRegex(@"BindConfiguration\((\w+\.Section|\w+\.SectionOf\(\w+\)|\$""Connectors:\{vendor\}"")\)")]
    private static partial Regex BoundByName();
}
