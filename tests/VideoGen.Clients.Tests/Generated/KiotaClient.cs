using VideoGen.Testing;

namespace VideoGen.Clients.Tests.Generated;

/// <summary>
/// A C# program with the client that Kiota makes of the API's description. It is built in a folder outside the repository, so that
/// nothing of our own build's settings helps it or hinders it.
/// </summary>
static class KiotaClient
{
    const string DotNet = "dotnet";

    static readonly string Source = Path.Combine(Repository.Root, "tests", "VideoGen.Clients.Tests", "Generated", "kiota");

    /// <summary>Makes the client, compiles it, and runs the story.</summary>
    public static async Task<ClientRun> RunAsync(string folder, IReadOnlyDictionary<string, string> environment)
    {
        Directory.CreateDirectory(Path.Combine(folder, ".config"));
        File.Copy(Path.Combine(Source, "tools.json"), Path.Combine(folder, ".config", "dotnet-tools.json"));
        File.Copy(Path.Combine(Source, "project.xml"), Path.Combine(folder, "Story.csproj"));
        File.Copy(Path.Combine(Source, "Story.cs"), Path.Combine(folder, "Story.cs"));
        await MustAsync(folder, "tool", "restore");
        await MustAsync(folder, "kiota", "generate", "--language", "CSharp", "--openapi", TypeScriptTools.Document,
            "--class-name", "VideoGenClient", "--namespace-name", "VideoGen.Generated", "--output", Path.Combine(folder, "Client"),
            "--exclude-backward-compatible", "--log-level", "Warning");
        await MustAsync(folder, "build", "--configuration", "Release", "--nologo", "--verbosity", "quiet", "-nodeReuse:false",
            "-p:UseAppHost=false");
        return await ClientProgram.RunAsync(DotNet, folder, [Path.Combine("bin", "Release", "net10.0", "Story.dll")], environment);
    }

    static async Task MustAsync(string folder, params string[] arguments)
    {
        var run = await ClientProgram.RunAsync(DotNet, folder, arguments, new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1", ["KIOTA_CLI_TELEMETRY_OPTOUT"] = "true", ["KIOTA_OFFLINE_ENABLED"] = "true",
        });
        Assert.That(run.ExitCode, Is.Zero, run.ToString());
    }
}
