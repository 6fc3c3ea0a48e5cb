using System.Text.Json;
using System.Text.RegularExpressions;
using VideoGen.Testing;

namespace VideoGen.Clients.Tests.Suites;

/// <summary>What the TypeScript declarations promise of an answer, the published document has.</summary>
[TestFixture]
public sealed partial class Declaring_the_shapes_of_the_API
{
    [TestCase("Job", "JobView")]
    [TestCase("JobAsset", "JobAsset")]
    [TestCase("Asset", "AssetView")]
    [TestCase("Quote", "QuoteView")]
    [TestCase("Model", "ModelView")]
    [TestCase("AccountView", "AccountView")]
    [TestCase("LedgerEntry", "LedgerEntry")]
    [TestCase("FeedEvent", "FeedEvent")]
    [TestCase("SubmitJob", "SubmitJob")]
    [TestCase("EndpointInput", "CreateEndpoint")]
    [TestCase("Endpoint", "EndpointView")]
    [TestCase("EndpointTest", "TestResult")]
    [TestCase("Delivery", "DeliveryView")]
    public void Every_declared_member_is_documented(string declared, string documented)
    {
        var declarations = File.ReadAllText(Path.Combine(ClientProgram.JavaScriptFolder, "index.d.ts"));
        var body = Regex.Match(declarations, $$"""export interface {{declared}}(?: extends \w+)? \{\n(.*?)\n\}""", RegexOptions.Singleline).Groups[1].Value;
        var members = Member().Matches(body).Select(match => match.Groups[1].Value).ToList();
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "docs", "openapi", "v1.json")));
        var properties = document.RootElement.GetProperty("components").GetProperty("schemas").GetProperty(documented).GetProperty("properties");

        Assert.That(members, Is.Not.Empty);
        Assert.That(members, Is.SubsetOf(properties.EnumerateObject().Select(property => property.Name)));
    }

    [GeneratedRegex(@"^  (\w+)\??:", RegexOptions.Multiline)]
    private static partial Regex Member();
}
