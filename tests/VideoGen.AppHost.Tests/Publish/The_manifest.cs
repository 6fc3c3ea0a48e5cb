using System.Diagnostics;
using System.Text.Json.Nodes;
using VideoGen.Testing;

namespace VideoGen.AppHost.Tests.Publish;

public sealed class The_manifest
{
    private string _file = null!;
    private string _written = null!;

    [OneTimeSetUp]
    public async Task Write()
    {
        // Beside the committed one, because project paths are relative to the manifest.
        _file = Path.Combine(Repository.Root, $"aspire-manifest.{Guid.NewGuid():n}.json");
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
    public async Task Is_in_the_repository_as_Aspire_writes_it()
    {
        var committed = Path.Combine(Repository.Root, "aspire-manifest.json");
        if (Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1") await File.WriteAllTextAsync(committed, _written);
        Assert.That(await File.ReadAllTextAsync(committed), Is.EqualTo(_written), "Write it anew with UPDATE_SNAPSHOTS=1 if that is intended");
    }

    [Test]
    public void Pins_every_image_and_names_every_volume()
    {
        var containers = JsonNode.Parse(_written)!["resources"]!.AsObject().Where(resource => resource.Value!["image"] is not null).ToList();
        Assert.That(containers.Select(container => container.Key), Is.EquivalentTo(new[] { "postgres", "rabbitmq", "minio" }));
        Assert.Multiple(() =>
        {
            foreach (var (name, container) in containers)
            {
                Assert.That((string)container!["image"]!, Does.Match(@":[^:/]*\d").And.Not.EndWith(":latest"), name);
                Assert.That((string)container["volumes"]![0]!["name"]!, Is.EqualTo($"{name}-data"));
            }
        });
    }

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
