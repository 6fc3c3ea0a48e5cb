using VideoGen.Providers.Catalog;
using VideoGen.Providers.Contracts;
using VideoGen.Providers.Tests.Harness;
using VideoGen.Testing;

namespace VideoGen.Providers.Tests.Connectors.Described;

/// <summary>
/// <c>docs/operating/vendors</c> has a page for each vendor. Below the mark it is what the description says; <c>UPDATE_SNAPSHOTS=1</c>
/// writes that part anew and leaves the rest.
/// </summary>
[TestFixture]
internal sealed class Telling_about_vendors
{
    const string Mark = "<!-- From here on by the description: UPDATE_SNAPSHOTS=1 writes it. -->";
    const string Folder = "docs/operating/vendors";

    static IEnumerable<string> Vendors => Descriptions.All.Keys;

    static readonly IReadOnlyList<CatalogModel> Models = ModelCatalog.Read(ServiceSettings.CatalogFolder, new FakeConnectors().All).Models;

    [TestCaseSource(nameof(Vendors))]
    public void A_page_says_what_the_description_says(string name)
    {
        var vendor = Descriptions.Of(name);
        var path = $"{Folder}/{name}.md";
        var file = Path.Combine(Repository.Root, path);
        var written = File.Exists(file) ? File.ReadAllText(file).Split(Mark)[0].TrimEnd() : $"# {vendor.Title}";
        var now = $"{written}\n\n{Mark}\n\n{new VendorPage(vendor, Models).Draw()}";
        Assert.That(Snapshot.Committed(path, now), Is.EqualTo(now));
    }

    [Test]
    public void There_is_no_page_without_a_vendor() => Assert.That(
        Directory.EnumerateFiles(Path.Combine(Repository.Root, Folder), "*.md").Select(Path.GetFileNameWithoutExtension)
            .Except([.. Vendors, "adding-a-vendor", "simulated"]), Is.Empty);
}
