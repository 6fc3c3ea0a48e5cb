using System.Net;
using System.Net.Sockets;
using VideoGen.Accounts.Contracts;
using VideoGen.System.Tests.Clients;
using VideoGen.System.Tests.Stage;
using VideoGen.Testing;

namespace VideoGen.System.Tests;

/// <summary>The whole system, started once for all fixtures by the AppHost's own code.</summary>
[SetUpFixture]
public sealed class TheSystem
{
    /// <summary>What Replicate signs its callbacks with.</summary>
    public const string ReplicateSecret = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    /// <summary>
    /// The fastest preset, for rendering is not the subject here; and limits for strangers that leave room for one address to be
    /// everybody.
    /// </summary>
    static readonly Dictionary<string, string> Settings = new()
    {
        ["Resources__providers__Environment__Connectors__Simulator__Preset"] = "ultrafast",
        ["Resources__providers__Environment__Connectors__Replicate__WebhookSecret"] = ReplicateSecret,
        // One of Visualizr's models fits in, not two.
        ["Resources__providers__Environment__Connectors__Simulator__MemoryGb"] = "13",
        ["Resources__gateway__Environment__Gateway__Limits__SignUpsPerMinute"] = "100000",
        ["Resources__gateway__Environment__Gateway__Limits__SignInsPerMinute"] = "100000",
        ["Resources__gateway__Environment__Gateway__Limits__PublicReadsPerMinute"] = "100000",
        ["Resources__gateway__Environment__Gateway__Limits__FailedCredentialsPerMinute"] = "100000",
        ["Resources__accounts__Environment__Accounts__Users__SignUpsPerAddress"] = "100000",
        ["Resources__accounts__Environment__Accounts__Users__SignInsPerAddress"] = "100000",
        ["Resources__accounts__Environment__Accounts__Users__SignInsPerEmail"] = "100000",
    };

    /// <summary>Has the port that one dialect asks for.</summary>
    static readonly TcpListener Neighbour = new(IPAddress.Loopback, 0);

    static StartedSystem? _shared;
    static InputFiles? _files;
    static ThreeRoutes? _routes;

    public static string Gateway => Shared.Gateway;

    public static string ApiKey => Shared.ApiKey;

    public static string TestKey => Shared.TestKey;

    public static string OperatorKey => Shared.OperatorKey;

    /// <summary>The one that all fixtures share. Whoever holds, breaks or cuts something in it lets go before its test ends.</summary>
    internal static StartedSystem Shared => _shared ?? throw new InvalidOperationException("The system has not been started");

    /// <summary>Small pictures, clips and sounds, on disk and at URLs that the system can fetch.</summary>
    internal static InputFiles Files => _files ?? throw new InvalidOperationException("The system has not been started");

    /// <summary>The model with three vendors that the shared system knows beside the shipped ones.</summary>
    internal static ThreeRoutes Routes => _routes ?? throw new InvalidOperationException("The system has not been started");

    /// <summary>A port of AI Studio's own. Visualizr's is taken by something else, and Vydra has none.</summary>
    internal static int AiStudioPort { get; } = TestPorts.Free();

    [OneTimeSetUp]
    public static async Task StartAsync()
    {
        _files = await InputFiles.StartAsync();
        _routes = await ThreeRoutes.StartAsync(_files.PathOf("clip.mp4"));
        Neighbour.Start();
        var all = new Dictionary<string, string>(Settings)
        {
            ["Dialects__AiStudio__Port"] = $"{AiStudioPort}",
            ["Dialects__Visualizr__Port"] = $"{((IPEndPoint)Neighbour.LocalEndpoint).Port}",
            ["Dialects__Vydra__Port"] = "",
        };
        foreach (var (name, value) in _routes.Settings) all[name] = value;
        _shared = await StartedSystem.StartAsync(all, wired: true);
        await GrantDemoAsync(_shared);
    }

    [OneTimeTearDown]
    public static async Task StopAsync()
    {
        if (_shared is not null) await _shared.DisposeAsync();
        if (_routes is not null) await _routes.DisposeAsync();
        if (_files is not null) await _files.DisposeAsync();
        Neighbour.Dispose();
        Samples.Remove();
    }

    /// <summary>A system of its own, for fixtures that need other settings. It takes half a minute and 900 MB.</summary>
    internal static async Task<StartedSystem> StartAnotherAsync(Dictionary<string, string> settings, bool wired = false)
    {
        var all = new Dictionary<string, string>(Settings);
        foreach (var (name, value) in settings) all[name] = value;
        var system = await StartedSystem.StartAsync(all, wired);
        await GrantDemoAsync(system);
        return system;
    }

    /// <summary>An account of one's own in the shared system, with exactly these credits.</summary>
    /// <param name="plan">free (3 running, 20 waiting jobs), creator, pro or enterprise.</param>
    internal static Task<Customer> NewCustomerAsync(long credits = 10_000, string plan = "enterprise") => Customer.SignUpAsync(Shared, credits, plan);

    /// <summary>A developer with an account of their own, with an API key.</summary>
    internal static async Task<NativeClient> SignUpAsync() => (await NewCustomerAsync(credits: 500, plan: "free")).Native;

    /// <summary>Looks until there is something to see; fails when the time is over.</summary>
    public static Task<T> UntilAsync<T>(Func<T?> look, TimeSpan limit) where T : class => UntilAsync(() => Task.FromResult(look()), limit);

    public static Task<T> UntilAsync<T>(Func<Task<T?>> look, TimeSpan limit) where T : class => Eventually.GetAsync(look, limit);

    public static async Task<T> UntilAsync<T>(Func<Task<T?>> look, TimeSpan limit) where T : struct =>
        (T)await Eventually.GetAsync<object>(async () => await look() is { } seen ? seen : null, limit);

    /// <summary>The plans of the tests give no credits; the first user is to have plenty.</summary>
    static async Task GrantDemoAsync(StartedSystem system)
    {
        using var demo = new NativeClient(system.Gateway, system.ApiKey);
        using var operators = new NativeClient(system.Gateway, system.OperatorKey);
        var account = await UntilAsync(() => AccountAsync(demo), TimeSpan.FromSeconds(60));
        await operators.PostAsync<object>($"/admin/v1/accounts/{account.Id}/grants", new GrantCreditsRequest(200_000, "for the tests"));
    }

    /// <summary>
    /// Null while Accounts takes longer than the gateway waits: on a busy machine its first answer does, for its code is compiled then. The refusal
    /// says that it may be repeated.
    /// </summary>
    static async Task<AccountView?> AccountAsync(NativeClient demo)
    {
        try
        {
            return await demo.AccountAsync();
        }
        catch (HttpRequestException refused) when (refused.StatusCode == HttpStatusCode.ServiceUnavailable)
        {
            return null;
        }
    }
}
