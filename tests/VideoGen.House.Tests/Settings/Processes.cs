using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace VideoGen.House.Tests.Settings;

/// <summary>The processes of the system, put together but not started: they know which options each of them reads.</summary>
sealed class Processes : IAsyncDisposable
{
    static readonly (string Name, string Assembly)[] All =
    [
        ("gateway", "VideoGen.Gateway"), ("accounts", "VideoGen.Accounts"), ("jobs", "VideoGen.Jobs"), ("providers", "VideoGen.Providers"),
        ("storage", "VideoGen.Storage"), ("web", "VideoGen.Web"),
    ];

    static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "processes");

    static readonly string[] Settings =
    [
        "--ConnectionStrings:videogen=Host=127.0.0.1", "--ConnectionStrings:rabbitmq=amqp://127.0.0.1:1", $"--Caller:SigningKey={new string('x', 40)}",
        $"--Jwt:SigningKey={new string('x', 40)}", "--Links:PublicUrl=http://127.0.0.1",
        $"--Catalog:Folder={Path.Combine(SourceTree.Root, "catalog")}", "--urls=http://127.0.0.1:0",
        $"--Providers:WorkFolder={Folder}", $"--Storage:Folder={Folder}",
    ];

    readonly List<(string Name, WebApplication App)> _apps = [];

    /// <summary>Every class of ours that says which section it is read from.</summary>
    public static IReadOnlyList<Type> OptionsTypes { get; } =
    [
        .. from assembly in Assemblies()
           from type in assembly.GetTypes()
           where type.Name.EndsWith("Options", StringComparison.Ordinal) && SectionOf(type) is not null
           orderby SectionOf(type), type.FullName
           select type,
    ];

    public static string? SectionOf(Type type) => type.GetField("Section", BindingFlags.Static | BindingFlags.Public) is { IsLiteral: true } section
        ? (string?)section.GetRawConstantValue()
        : null;

    public static Processes Build()
    {
        var processes = new Processes();
        foreach (var (name, assembly) in All) processes._apps.Add((name, BuildOne(Assembly.Load(assembly))));
        return processes;
    }

    /// <summary>Names of the processes that bind the type to the configuration.</summary>
    public IReadOnlyList<string> ReadersOf(Type options)
    {
        var source = typeof(IOptionsChangeTokenSource<>).MakeGenericType(options);
        return [.. _apps.Where(process => process.App.Services.GetServices(source).Any()).Select(process => process.Name)];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (_, app) in _apps) await app.DisposeAsync();
    }

    /// <summary>Each service has one static class with a method <c>Build(string[] args, …)</c>.</summary>
    static WebApplication BuildOne(Assembly assembly)
    {
        var build = assembly.GetTypes()
            .Where(type => type.IsAbstract && type.IsSealed)
            .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
            .Single(method => method.Name == "Build" && method.ReturnType == typeof(WebApplication));
        object?[] arguments = [Settings, .. build.GetParameters().Skip(1).Select(_ => (object?)null)];
        return (WebApplication)build.Invoke(null, arguments)!;
    }

    static IEnumerable<Assembly> Assemblies() => Directory.GetFiles(AppContext.BaseDirectory, "VideoGen.*.dll")
        .Where(file => !file.EndsWith("Tests.dll", StringComparison.Ordinal))
        .Select(file => Assembly.Load(Path.GetFileNameWithoutExtension(file)));
}
