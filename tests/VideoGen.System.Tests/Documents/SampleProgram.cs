using VideoGen.System.Tests.Clients;

namespace VideoGen.System.Tests.Documents;

/// <summary>Runs a block as a program: what stands before it, the block with its replacements, what stands after it.</summary>
static class SampleProgram
{
    public const string Python = "/usr/bin/python3";
    public const string Node = "node";
    public const string Shell = "bash";

    static readonly Dictionary<string, string> Endings = new() { [Python] = ".py", [Node] = ".js", [Shell] = ".sh" };

    /// <summary>The folder with the npm packages that the samples import; programs run there.</summary>
    /// <param name="before">What the sample takes from its surroundings, such as <c>import os</c>.</param>
    /// <param name="after">What calls a sample that only defines something.</param>
    /// <param name="module">An ES module, for Node: the sample awaits at its top level.</param>
    public static async Task<ProgramRun> RunAsync(
        string interpreter, string text, string before = "", string after = "", bool module = false, IReadOnlyDictionary<string, string>? environment = null)
    {
        Programs.Require(interpreter);
        var path = Path.Combine(await Samples.FolderAsync(), $"run-{Guid.NewGuid():n}{(module ? ".mjs" : Endings[interpreter])}");
        await File.WriteAllTextAsync(path, before + text + after);
        return await Programs.RunAsync(interpreter, Path.GetDirectoryName(path)!, [path], environment: environment);
    }
}
