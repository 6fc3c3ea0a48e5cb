using System.Diagnostics;
using System.Text.Json.Nodes;
using VideoGen.Testing;

namespace VideoGen.LocalHosting.Tests.Publish;

public sealed class The_manifest
{
    private string _file = null!;
    private string _written = null!;

    [OneTimeSetUp]
    public async Task Write()
    {
        // Beside the committed one, because project paths are relative to the manifest.
        _file = Path.Combine(Repository.Root, $"aspire-manifest.{Guid.NewGuid():n}.tmp");
        var start = new ProcessStartInfo("dotnet", [Repository.Built("VideoGen.AppHost"), "--publisher", "manifest", "--output-path", _file])
        {
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using var process = Process.Start(start)!;
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.That(process.ExitCode, Is.Zero, errors);
        _written = await File.ReadAllTextAsync(_file);
    }

    [OneTimeTearDown]
    public void Delete() => File.Delete(_file);

    [Test]
    public async Task Is_valid_by_the_public_schema() => Assert.That(await PublicSchema.FaultsOfAsync(_written), Is.Empty);

    /// <summary>Shows that the validation sees something at all.</summary>
    [TestCase("\"project.v0\"", "\"project.v0\", \"image\": \"x\"", TestName = "A project with an image is invalid")]
    [TestCase("\"scheme\": \"http\"", "\"scheme\": \"gopher\"", TestName = "An unknown scheme is invalid")]
    [TestCase("\"container.v0\"", "\"container.v0\", \"build\": {}", TestName = "A container of version 0 with a build is invalid")]
    public async Task Is_invalid_when_changed(string part, string change) =>
        Assert.That(await PublicSchema.FaultsOfAsync(_written.Replace(part, change, StringComparison.Ordinal)), Is.Not.Empty);

    [Test]
    public async Task Is_in_the_repository_as_the_drawing_makes_it() => Assert.That(
        await File.ReadAllTextAsync(Path.Combine(Repository.Root, "aspire-manifest.json")),
        Is.EqualTo(_written),
        "Write it anew: dotnet run --project VideoGen.AppHost -- --publisher manifest --output-path aspire-manifest.json");

    [Test]
    public void Refers_only_to_resources_it_holds()
    {
        var resources = JsonNode.Parse(_written)!["resources"]!.AsObject();
        var names = System.Text.RegularExpressions.Regex.Matches(_written, @"\{([a-z][a-z0-9-]*)\.").Select(match => match.Groups[1].Value).Distinct();
        Assert.That(names, Is.SubsetOf(resources.Select(resource => resource.Key)));
    }

    [Test]
    public void Holds_no_path_and_no_secret_of_this_machine()
    {
        Assert.That(_written, Does.Not.Contain(Repository.Root));
        Assert.That(_written, Does.Not.Contain("vg_live_"));
        Assert.That(_written, Does.Not.Contain("127.0.0.1"));
    }
}
