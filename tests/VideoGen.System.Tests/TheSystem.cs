using VideoGen.System.Tests.Clients;
using VideoGen.Testing;

namespace VideoGen.System.Tests;

/// <summary>The whole system, started once for all fixtures by the AppHost's own code.</summary>
[SetUpFixture]
public sealed class TheSystem
{
    /// <summary>Rendering is the simulator's job in these tests, not their subject: use the fastest preset.</summary>
    static readonly Dictionary<string, string> Settings = new() { ["Providers__Simulator__Preset"] = "ultrafast" };

    static RunningSystem? _shared;

    public static string Gateway => Shared.Gateway;

    public static string ApiKey => Shared.ApiKey;

    public static string TestKey => Shared.TestKey;

    public static string OperatorKey => Shared.OperatorKey;

    static RunningSystem Shared => _shared ?? throw new InvalidOperationException("The system has not been started");

    [OneTimeSetUp]
    public static async Task StartAsync() => _shared = await StartAnotherAsync([]);

    [OneTimeTearDown]
    public static async Task StopAsync()
    {
        if (_shared is not null) await _shared.DisposeAsync();
    }

    /// <summary>A system of its own, for fixtures that hurt it or need other settings.</summary>
    public static Task<RunningSystem> StartAnotherAsync(Dictionary<string, string> settings) =>
        RunningSystem.StartAsync(new Dictionary<string, string>(Settings.Concat(settings)));

    /// <summary>A developer with an account of their own, signed in, with an API key.</summary>
    public static async Task<NativeClient> SignUpAsync()
    {
        var credentials = new { email = $"dev-{Guid.NewGuid():n}@example.com", password = "correct horse battery staple" };
        using var anonymous = new NativeClient(Gateway, credential: null);
        await anonymous.PostAsync<object>("/v1/accounts", credentials);
        var token = await anonymous.PostAsync<Token>("/v1/auth/token", credentials);
        using var signedIn = new NativeClient(Gateway, token.AccessToken);
        var key = await signedIn.PostAsync<Key>("/v1/account/keys", new { name = "system tests" });
        return new NativeClient(Gateway, key.ApiKey);
    }

    public static Task<T> UntilAsync<T>(Func<T?> look, TimeSpan limit) where T : class => UntilAsync(() => Task.FromResult(look()), limit);

    /// <summary>Looks until there is something to see, or the time is over.</summary>
    public static async Task<T> UntilAsync<T>(Func<Task<T?>> look, TimeSpan limit) where T : class
    {
        var deadline = DateTimeOffset.UtcNow + limit;
        while (true)
        {
            if (await look() is { } seen) return seen;
            if (DateTimeOffset.UtcNow > deadline) throw new TimeoutException($"Nothing to see after {limit}");
            await Task.Delay(100);
        }
    }

    public static async Task<T> UntilAsync<T>(Func<Task<T?>> look, TimeSpan limit) where T : struct
    {
        var boxed = await UntilAsync<object>(async () => await look() is { } seen ? seen : null, limit);
        return (T)boxed;
    }

    sealed record Token(string AccessToken);

    sealed record Key(string ApiKey);
}
