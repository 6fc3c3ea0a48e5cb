namespace VideoGen.System.Tests.Faults;

/// <summary>The fixtures that kill processes share a system, which ends with the last of them: what they left to do would keep the others waiting.</summary>
[SetUpFixture]
public sealed class TheSystemToHurt
{
    static StartedSystem? _started;

    internal static async Task<StartedSystem> GetAsync() => _started ??= await TheSystem.StartAnotherAsync([]);

    [OneTimeTearDown]
    public static async Task StopAsync()
    {
        if (_started is not null) await _started.DisposeAsync();
    }
}
