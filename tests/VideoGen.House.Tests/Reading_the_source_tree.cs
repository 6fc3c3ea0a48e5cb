using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace VideoGen.House.Tests;

/// <summary>The rules of CONTRIBUTING.md that a program can check.</summary>
[TestFixture]
public sealed partial class Reading_the_source_tree
{
    const int MethodLineLimit = 50;
    const int FileLineLimit = 300;


    static readonly string[] BannedNameParts = ["Manager", "Helper", "Util", "Common", "Impl"];
    static readonly string[] BannedNameEnds = ["Base", "Data", "Info"];

    [Test]
    public void No_file_is_longer_than_the_limit() => AssertNone(
        SourceTree.CSharp.Where(file => file.LineCount > Exceptions.LongFiles.GetValueOrDefault(file.Path, (Lines: FileLineLimit, Reason: "")).Lines)
            .Select(file => $"{file.Path}: {file.LineCount} lines"));

    [Test]
    public void No_method_is_longer_than_the_limit() => AssertNone(
        from file in SourceTree.CSharp
        from method in file.Nodes<BaseMethodDeclarationSyntax>().Cast<SyntaxNode>().Concat(file.Nodes<LocalFunctionStatementSyntax>())
        let lines = file.LinesOf(method)
        where lines > Exceptions.LongMethods.GetValueOrDefault(file.Path, (Lines: MethodLineLimit, Reason: "")).Lines
        select $"{file.Place(method)}: {lines} lines");

    [Test]
    public void No_tree_gains_lines_longer_than_the_limit() => AssertNone(
        from tree in Exceptions.LongLines
        let count = SourceTree.CSharp.Where(file => file.Path.StartsWith(tree.Key, StringComparison.Ordinal)).Sum(file => file.LongLineCount)
        where count > tree.Value
        select $"{tree.Key}: {count} lines are longer than {SourceFile.LineLimit}; there were {tree.Value}");

    [Test]
    public void The_drawing_of_the_system_stays_small() =>
        Assert.That(SourceTree.CSharp.Single(file => file.Path == "VideoGen.AppHost/Program.cs").LineCount, Is.LessThanOrEqualTo(120));

    [Test]
    public void No_type_has_a_name_that_says_nothing() => AssertNone(
        from file in SourceTree.CSharp
        from type in file.Nodes<BaseTypeDeclarationSyntax>()
        let name = type.Identifier.Text
        where BannedNameParts.Any(part => name.Contains(part, StringComparison.Ordinal)) || BannedNameEnds.Any(end => name.EndsWith(end, StringComparison.Ordinal))
        select $"{file.Place(type)}: {name}");

    [Test]
    public void Nothing_is_left_unfinished() => AssertNone(
        from file in SourceTree.CSharp
        where !file.Path.StartsWith("tests/VideoGen.House.Tests/", StringComparison.Ordinal)
        from trivia in file.Tree.GetRoot().DescendantTrivia()
        where trivia.IsKind(SyntaxKind.SingleLineCommentTrivia) && Unfinished().IsMatch(trivia.ToString())
        select $"{file.Path}: {trivia}");

    [Test]
    public void No_exception_is_swallowed() => AssertNone(
        from file in SourceTree.CSharp
        from clause in file.Nodes<CatchClauseSyntax>()
        where clause.Block.Statements.Count == 0 && !clause.Block.DescendantTrivia().Any(IsComment)
        select $"{file.Place(clause)}: an empty catch without a reason");

    [Test]
    public void No_test_sleeps() => AssertNone(
        from file in SourceTree.CSharp
        where file.IsTest && !Exceptions.Delays.ContainsKey(file.Path)
        from call in file.Nodes<InvocationExpressionSyntax>()
        where call.Expression.ToString() is "Thread.Sleep" or "Task.Delay"
        select $"{file.Place(call)}: {call}");

    /// <summary>Who passes an account's bare id to a store reads or changes test and live things alike.</summary>
    [Test]
    public void No_handler_takes_more_than_the_callers_world() => AssertNone(
        from file in SourceTree.CSharp
        where file.Path.StartsWith("services/", StringComparison.Ordinal) && !Exceptions.WholeAccounts.ContainsKey(file.Path)
        from access in file.Nodes<MemberAccessExpressionSyntax>()
        where access.ToString() is "caller.AccountId" or "caller!.AccountId"
        select $"{file.Place(access)}: take caller.Sees or caller.MakesIn, or give a reason in Exceptions.WholeAccounts");

    /// <summary>A queue has its consumer's name: under the same one, two services would take each other's messages away.</summary>
    [Test]
    public void No_two_consumers_share_a_queue() => AssertNone(
        from file in SourceTree.CSharp
        where file.Path.StartsWith("services/", StringComparison.Ordinal)
        from type in file.Nodes<ClassDeclarationSyntax>()
        where type.BaseList?.Types.Any(one => one.ToString().StartsWith("IConsumer<", StringComparison.Ordinal)) == true
        group file.Place(type) by type.Identifier.Text into named
        where named.Count() > 1
        select $"{named.Key}: {string.Join(", ", named)}");

    [Test]
    public void No_test_is_ignored_for_good() => AssertNone(
        from file in SourceTree.CSharp
        from attribute in file.Nodes<AttributeSyntax>()
        where attribute.Name.ToString() is "Ignore"
        select file.Place(attribute));

    [Test]
    public void SQL_stands_only_in_stores() => AssertNone(
        from file in SourceTree.CSharp
        where file.Path.StartsWith("services/", StringComparison.Ordinal) && !file.Path.EndsWith("Store.cs", StringComparison.Ordinal)
        from text in file.Nodes<ExpressionSyntax>()
        let value = TextOf(text)
        where value is not null && Sql().IsMatch(value)
        select $"{file.Place(text)}: {value!.Trim().Split('\n')[0]}");

    /// <summary>What a string says; what is put into it stands as a question mark.</summary>
    static string? TextOf(ExpressionSyntax expression) => expression switch
    {
        LiteralExpressionSyntax literal when literal.IsKind(SyntaxKind.StringLiteralExpression) => literal.Token.ValueText,
        InterpolatedStringExpressionSyntax text => string.Concat(
            text.Contents.Select(part => part is InterpolatedStringTextSyntax words ? words.TextToken.ValueText : "?")),
        _ => null,
    };

    [Test]
    public void The_project_speaks_of_itself_alone() => AssertNone(
        from path in SourceTree.Files
        where TextFile().IsMatch(path) && !path.StartsWith("tests/VideoGen.House.Tests/", StringComparison.Ordinal)
        from line in SourceTree.Read(path).Split('\n').Select((text, index) => (text, index))
        where ForeignWords().IsMatch(line.text)
        select $"{path}:{line.index + 1}: {line.text.Trim()}");

    static void AssertNone(IEnumerable<string> faults) => Assert.That(faults.ToList(), Is.Empty);

    static bool IsComment(SyntaxTrivia trivia) =>
        trivia.IsKind(SyntaxKind.SingleLineCommentTrivia) || trivia.IsKind(SyntaxKind.MultiLineCommentTrivia);

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|XXX)\b")]
    private static partial Regex Unfinished();

    [GeneratedRegex(@"^\s*(select\s+.+\s+from|insert\s+into|update\s+\w+\s+set|delete\s+from|with\s+\w+\s+as\s*\()", RegexOptions.IgnoreCase | RegexOptions.Singleline)]
    private static partial Regex Sql();

    [GeneratedRegex(@"(\.(cs|csproj|props|targets|sql|json|md|sh|js|py|yml|yaml|html|http|tsv)|^videogen|^\.ci/run)$")]
    private static partial Regex TextFile();

    [GeneratedRegex(@"(/work/|/farm/|\.\./shared|registry\.npmjs|api\.nuget\.org)")]
    private static partial Regex ForeignWords();
}
