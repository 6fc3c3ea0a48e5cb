using System.Text.Json;
using VideoGen.Hosting.LocalServers;

namespace VideoGen.AppHost.Start;

/// <summary>Vendors of this machine in the place of the real ones: an operator sees live what happens when one is poor or busy.</summary>
internal static class SimulatedVendorsExtensions
{
    private const int Port = 8300;

    /// <summary>The process of the simulated vendors, and Providers with an address and two keys of each of them.</summary>
    internal static void WithSimulatedVendors<TProject>(
        this IResourceBuilder<TProject> providers, IDistributedApplicationBuilder builder, string repository, EndpointReference gateway)
        where TProject : class, IResourceWithEnvironment, IResourceWithWaitSupport
    {
        var vendors = builder.AddBuiltProject("vendors", new Project(repository), Port);
        providers.WaitFor(vendors).WithEnvironment("Providers__CallbackUrl", gateway);
        foreach (var (name, section) in Described(repository))
        {
            providers
                .WithEnvironment($"Connectors__{section}__BaseUrl", ReferenceExpression.Create($"{vendors.GetEndpoint("http")}/{name}"))
                .WithEnvironment($"Connectors__{section}__ApiKey", "simulated-key-1")
                .WithEnvironment($"Connectors__{section}__Keys__second", "simulated-key-2");
        }
    }

    private static IEnumerable<(string Name, string Section)> Described(string repository) =>
        from file in Directory.EnumerateFiles(Path.Combine(repository, "catalog", "vendors"), "*.json").Order(StringComparer.Ordinal)
        let description = JsonDocument.Parse(File.ReadAllBytes(file)).RootElement
        select (description.GetProperty("name").GetString()!, description.GetProperty("settings").GetString()!);

    private sealed class Project(string repository) : IProjectMetadata
    {
        private const string Name = "VideoGen.VendorSimulators";

        public string ProjectPath => Path.Combine(repository, "tests", "vendors", Name, $"{Name}.csproj");
    }
}
