using System.Xml.Linq;

namespace VideoGen.House.Tests;

/// <summary>Who may know whom.</summary>
[TestFixture]
public sealed class Reading_the_project_files
{
    static readonly string[] Services = ["Accounts", "Jobs", "Providers", "Storage", "Web"];

    /// <summary>Pure decisions over the contracts' shapes that two parts make alike.</summary>
    static readonly string[] SharedRules = ["libraries/VideoGen.Pricing/VideoGen.Pricing.csproj", "libraries/VideoGen.Vsl/VideoGen.Vsl.csproj"];

    [Test]
    public void A_service_knows_only_the_contracts_of_another() => Assert.That(
        (from service in Services
         from reference in References($"services/{service}/VideoGen.{service}/VideoGen.{service}.csproj")
         where reference.Contains("services/", StringComparison.Ordinal) && !reference.EndsWith(".Contracts.csproj", StringComparison.Ordinal)
         select $"{service} → {reference}").ToList(), Is.Empty);

    [Test]
    public void The_gateway_knows_only_contracts() => Assert.That(
        References("gateway/VideoGen.Gateway/VideoGen.Gateway.csproj")
            .Where(reference => reference.Contains("services/", StringComparison.Ordinal) && !reference.EndsWith(".Contracts.csproj", StringComparison.Ordinal)),
        Is.Empty);

    [Test]
    public void Libraries_know_no_service() => Assert.That(
        (from path in Projects().Where(path => path.StartsWith("libraries/", StringComparison.Ordinal) || path.StartsWith("VideoGen.ServiceDefaults/", StringComparison.Ordinal))
         where !SharedRules.Contains(path)
         from reference in References(path)
         where reference.Contains("services/", StringComparison.Ordinal) || reference.Contains("gateway/", StringComparison.Ordinal)
         select $"{path} → {reference}").ToList(), Is.Empty);

    [Test]
    public void Shared_rules_know_contracts_and_no_package() => Assert.That(
        (from path in SharedRules
         from reference in References(path).Where(reference => !reference.EndsWith(".Contracts.csproj", StringComparison.Ordinal))
             .Concat(XDocument.Parse(SourceTree.Read(path)).Descendants("PackageReference").Select(package => package.Attribute("Include")!.Value))
         select $"{path} → {reference}").ToList(), Is.Empty);

    [Test]
    public void No_project_names_a_version_of_its_own() => Assert.That(
        (from path in Projects()
         from package in XDocument.Parse(SourceTree.Read(path)).Descendants("PackageReference")
         where package.Attribute("Version") is not null && package.Attribute("Condition") is null && package.Parent!.Attribute("Condition") is null
         select $"{path}: {package.Attribute("Include")?.Value}").ToList(), Is.Empty);

    [Test]
    public void Every_project_is_in_the_solution()
    {
        var solution = SourceTree.Read("VideoGen.sln").Replace('\\', '/');
        Assert.That(Projects().Where(path => !solution.Contains(path, StringComparison.Ordinal)), Is.Empty);
    }

    static IEnumerable<string> Projects() => SourceTree.Files.Where(path => path.EndsWith(".csproj", StringComparison.Ordinal));

    static IEnumerable<string> References(string project) =>
        XDocument.Parse(SourceTree.Read(project)).Descendants("ProjectReference").Select(reference => reference.Attribute("Include")!.Value.Replace('\\', '/'));
}
