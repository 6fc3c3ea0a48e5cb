namespace VideoGen.Storage.Tests.S3;

/// <summary>What a test needs of its machine: without it, it is skipped on a developer's machine and fails where <c>CI=true</c>.</summary>
internal static class Needs
{
    public static void Program(string name)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':');
        if (!folders.Any(folder => global::System.IO.File.Exists(Path.Combine(folder, name)))) Miss(name);
    }

    public static void File(string path, string package)
    {
        if (!global::System.IO.File.Exists(path)) Miss(package);
    }

    static void Miss(string what)
    {
        if (Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail($"{what} is missing");
        Assert.Ignore($"{what} is missing");
    }
}
