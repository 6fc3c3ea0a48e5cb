using System.Text.Json;

namespace VideoGen.Clients.Tests.Generated;

/// <summary>The committed <c>docs/openapi/v1.json</c>, as those read it who make clients of it.</summary>
[TestFixture, Parallelizable(ParallelScope.Children)]
public sealed class Reading_the_description_with_tools
{
    [Test]
    public async Task The_linter_finds_nothing()
    {
        var run = await TypeScriptTools.RunAsync(
            "redocly", ["lint", TypeScriptTools.Document, "--config", "redocly.yaml", "--max-problems", "1000"]);
        Assert.That(run.ExitCode, Is.Zero, run.ToString());
    }

    [Test]
    public async Task A_client_of_openapi_typescript_compiles_and_runs_a_job()
    {
        await MustAsync("openapi-typescript", [TypeScriptTools.Document, "--output", "v1.ts"]);
        await MustAsync("tsc", ["--project", "."]);
        var system = (await TheSystem.GetAsync()).Endpoints;
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["VIDEOGEN_URL"] = system.Gateway.TrimEnd('/'), ["VIDEOGEN_TEST_KEY"] = system.TestKey,
        };
        var run = await TypeScriptTools.RunAsync(ClientProgram.Node, ["out/story.js"], environment);

        Assert.That(run.ExitCode, Is.Zero, run.ToString());
        var told = JsonDocument.Parse(run.Output.Trim().Split('\n')[^1]).RootElement;
        Assert.That(told.ToString(), Is.EqualTo(
            """{"status":"completed","kind":"video","same":true,"listed":[true],"bytes":100,"refused":"not_found"}"""));
    }

    [Test]
    public async Task A_client_of_Kiota_compiles_and_runs_a_job()
    {
        var system = (await TheSystem.GetAsync()).Endpoints;
        var folder = Directory.CreateTempSubdirectory("videogen-kiota");
        try
        {
            var run = await KiotaClient.RunAsync(folder.FullName, new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["VIDEOGEN_URL"] = system.Gateway.TrimEnd('/'), ["VIDEOGEN_TEST_KEY"] = system.TestKey,
            });
            Assert.That(run.ExitCode, Is.Zero, run.ToString());
            Assert.That(run.Output.Trim(), Is.EqualTo(
                """{"status":"Completed","kind":"Video","same":true,"bytes":100,"refused":"Not_found"}"""));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    static async Task MustAsync(string tool, string[] arguments)
    {
        var run = await TypeScriptTools.RunAsync(tool, arguments);
        Assert.That(run.ExitCode, Is.Zero, run.ToString());
    }
}
