using System.Text.Json.Nodes;
using VideoGen.Testing;

namespace VideoGen.System.Tests.Stage;

/// <summary>The shipped plans with their limits but without monthly credits, so that an account has what a test granted it, to the unit.</summary>
static class TestPlans
{
    /// <returns>The folder, for <c>Catalog__Folder</c> of Accounts.</returns>
    public static string Write(string folder)
    {
        var file = JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Root, "catalog", "plans.json")))!;
        foreach (var plan in file["plans"]!.AsArray()) plan!["monthly_credits"] = 0;
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "plans.json"), file.ToJsonString());
        return folder;
    }
}
