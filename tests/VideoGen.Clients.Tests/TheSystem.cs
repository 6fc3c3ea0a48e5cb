using VideoGen.Testing;

namespace VideoGen.Clients.Tests;

/// <summary>One running system for every fixture that needs one, started by the first of them.</summary>
[SetUpFixture]
public sealed class TheSystem
{
    static readonly Dictionary<string, string> Settings = new()
    {
        ["Resources__providers__Environment__Connectors__Simulator__Preset"] = "ultrafast",
    };

    static readonly Lazy<Task<RunningSystem>> Started = new(() => RunningSystem.StartAsync(overrides: Settings));

    public static Task<RunningSystem> GetAsync() => Started.Value;

    [OneTimeTearDown]
    public static async Task StopAsync()
    {
        if (Started.IsValueCreated) await (await Started.Value).DisposeAsync();
    }
}
