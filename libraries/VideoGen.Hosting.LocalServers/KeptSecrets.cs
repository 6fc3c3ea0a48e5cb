using System.Security.Cryptography;
using System.Text.Json;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Publishing;
using VideoGen.LocalServers;

namespace VideoGen.Hosting.LocalServers;

public static class KeptSecretExtensions
{
    /// <summary>
    /// A secret that the first run makes and later ones read (<c>parameters.json</c>, mode 0600); <c>Parameters__name</c> wins. Publishing
    /// leaves it to whoever deploys.
    /// </summary>
    public static IResourceBuilder<ParameterResource> AddKeptSecret(this IDistributedApplicationBuilder builder, string name) =>
        builder.ExecutionContext.IsPublishMode
            ? builder.AddParameter(name, secret: true)
            : builder.AddParameter(name, new KeptSecret(name, Path.Combine(builder.CurrentRun().Folder, "parameters.json")), secret: true);
}

/// <summary>Letters and digits only, so that it fits into any connection string; 285 bits.</summary>
internal sealed class KeptSecret(string name, string file) : ParameterDefault
{
    private const int Length = 48;
    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private static readonly Lock Gate = new();
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public override string GetDefaultValue()
    {
        lock (Gate)
        {
            var kept = File.Exists(file) ? JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(file)) ?? [] : [];
            if (kept.TryGetValue(name, out var known))
                return known;
            kept[name] = RandomNumberGenerator.GetString(Alphabet, Length);
            AtomicFile.Write(file, JsonSerializer.Serialize(kept, Indented));
            return kept[name];
        }
    }

    /// <summary>Never called: a published parameter is an ordinary one.</summary>
    public override void WriteToManifest(ManifestPublishingContext context) =>
        throw new NotSupportedException("A kept secret belongs to one machine.");
}
