using VideoGen.Testing;

namespace VideoGen.System.Tests;

/// <summary>A running system of the tests' own, with what its first user was told.</summary>
sealed class StartedSystem(RunningSystem system) : IAsyncDisposable
{
    /// <summary>The gateway's address without a trailing slash.</summary>
    public string Gateway { get; } = system.Endpoints.Gateway.TrimEnd('/');

    public string ApiKey { get; } = system.Endpoints.ApiKey;

    public string TestKey { get; } = system.Endpoints.TestKey;

    public string OperatorKey { get; } = system.Endpoints.OperatorKey;

    /// <summary>kill -9 of one process; returns when its successor is ready.</summary>
    public Task KillAsync(string name) => system.RestartedAsync(name, system.Kill(name));

    public ValueTask DisposeAsync() => system.DisposeAsync();
}
