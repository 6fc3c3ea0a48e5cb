using VideoGen.System.Tests.Clients;
using VideoGen.Testing;

namespace VideoGen.System.Tests;

/// <summary>The whole system, started once for all fixtures by the AppHost's own code.</summary>
[SetUpFixture]
public sealed class TheSystem
{
    /// <summary>
    /// The fastest preset, for rendering is not the subject here; and limits for strangers that leave room for one address to be
    /// everybody.
    /// </summary>
    static readonly Dictionary<string, string> Settings = new()
    {
        ["Resources__providers__Environment__Providers__Simulator__Preset"] = "ultrafast",
        ["Resources__gateway__Environment__Limits__SignUpsPerMinute"] = "100000",
        ["Resources__gateway__Environment__Limits__SignInsPerMinute"] = "100000",
        ["Resources__gateway__Environment__Limits__PublicReadsPerMinute"] = "100000",
        ["Resources__accounts__Environment__Users__SignUpsPerAddress"] = "100000",
        ["Resources__accounts__Environment__Users__SignInsPerAddress"] = "100000",
        ["Resources__accounts__Environment__Users__SignInsPerEmail"] = "100000",
    };

    static StartedSystem? _shared;

    public static string Gateway => Shared.Gateway;

    public static string ApiKey => Shared.ApiKey;

    public static string TestKey => Shared.TestKey;

    public static string OperatorKey => Shared.OperatorKey;

    static StartedSystem Shared => _shared ?? throw new InvalidOperationException("The system has not been started");

    [OneTimeSetUp]
    public static async Task StartAsync() => _shared = await StartAnotherAsync([]);

    [OneTimeTearDown]
    public static async Task StopAsync()
    {
        if (_shared is not null) await _shared.DisposeAsync();
    }

    /// <summary>A system of its own, for fixtures that hurt it or need other settings.</summary>
    internal static async Task<StartedSystem> StartAnotherAsync(Dictionary<string, string> settings) =>
        new(await RunningSystem.StartAsync(overrides: new Dictionary<string, string>(Settings.Concat(settings))));

    /// <summary>A developer with an account of their own, signed in, with an API key.</summary>
    internal static async Task<NativeClient> SignUpAsync()
    {
        var credentials = new { email = $"dev-{Guid.NewGuid():n}@example.com", password = "correct horse battery staple" };
        using var anonymous = new NativeClient(Gateway, credential: null);
        await anonymous.PostAsync<object>("/v1/accounts", credentials);
        var token = await anonymous.PostAsync<Token>("/v1/auth/token", credentials);
        using var signedIn = new NativeClient(Gateway, token.AccessToken);
        var key = await signedIn.PostAsync<Key>("/v1/account/keys", new { name = "system tests" });
        return new NativeClient(Gateway, key.Secret);
    }

    /// <summary>Looks until there is something to see; fails when the time is over.</summary>
    public static Task<T> UntilAsync<T>(Func<T?> look, TimeSpan limit) where T : class => UntilAsync(() => Task.FromResult(look()), limit);

    public static Task<T> UntilAsync<T>(Func<Task<T?>> look, TimeSpan limit) where T : class => Eventually.GetAsync(look, limit);

    public static async Task<T> UntilAsync<T>(Func<Task<T?>> look, TimeSpan limit) where T : struct =>
        (T)await Eventually.GetAsync<object>(async () => await look() is { } seen ? seen : null, limit);

    sealed record Token(string AccessToken);

    sealed record Key(string Secret);
}
