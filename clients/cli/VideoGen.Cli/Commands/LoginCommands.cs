using System.CommandLine;
using System.Net;
using System.Text.Json.Nodes;
using VideoGen.Cli.Api;
using VideoGen.Cli.Kept;
using VideoGen.Cli.Running;
using VideoGen.Cli.Terminals;

namespace VideoGen.Cli.Commands;

/// <summary>
/// Signs in with an API key, or with e-mail address and password: then an API key is made for this machine, and the password is
/// forgotten. Secrets may come by pipe, so that they stand in no list of processes and in no history.
/// </summary>
internal static class LoginCommands
{
    static readonly Option<string?> Key = new("--api-key") { Description = "An API key; - reads it from stdin.", HelpName = "vg_…" };

    static readonly Option<string?> Email = new("--email")
    {
        Description = "Sign in with this address and a password, which is asked for.",
    };

    static readonly Option<bool> FromPipe = new("--password-stdin") { Description = "Read the password from stdin." };

    static readonly Option<bool> Test = new("--test") { Description = "Make a test key: simulated, free of charge." };

    public static Command Login(Shell shell) =>
        shell.Command("login", "Sign in, and keep the key in a file that only you can read.", LoginAsync, Key, Email, FromPipe, Test);

    public static Command Logout(Shell shell) =>
        shell.Command("logout", "Forget the sign-in; a key that the login made is revoked.", LogoutAsync);

    static async Task<int> LoginAsync(CommandRun run)
    {
        CheckTogether(run);
        var stored = run.Profiles.Stored;
        var server = Profiles.Checked(run.Server ?? run.Terminal.Setting("VIDEOGEN_URL") ?? stored?.Server ?? Profiles.DefaultServer);
        WarnOfOpenLine(run.Terminal, server);
        var (profile, account) = run.Get(Email) is { } email
            ? await ByPasswordAsync(run, server, email)
            : await ByKeyAsync(run, server, stored);
        await StoreAsync(run, profile with { AccountId = account.TextAt("id"), ListenSecret = stored?.ListenSecret });

        var told = new JsonObject { ["server"] = server, ["profile"] = run.Profiles.Name, ["account"] = account.DeepClone() };
        if (!run.IsJson)
            run.Terminal.Line($"Signed in at {server} as {SafeText.Line(account.TextAt("email") ?? "")} ({run.Profiles.Path}).");
        // After the new one is kept: whatever happens, this machine has a key that works.
        if (stored is { KeyId: { } earlier } && earlier != profile.KeyId)
        {
            var why = await MachineKey.RevokeAsync(stored, run.Stopped);
            told["earlier_key"] = new JsonObject { ["id"] = earlier, ["revoked"] = why is null };
            run.Terminal.Note(why is null ? $"The key of the sign-in before, {earlier}, is revoked." : MachineKey.StillWorks(earlier, why));
        }
        if (run.IsJson) run.Terminal.Json(told);
        return ExitCodes.Done;
    }

    static async Task<(Profile Profile, JsonObject Account)> ByKeyAsync(CommandRun run, string server, Profile? stored)
    {
        var key = KeyOf(run);
        using var api = new ApiClient(server, key);
        // The key of this very sign-in, given once more, stays the one that the logout revokes.
        var id = stored?.ApiKey == key && stored.Server == server ? stored.KeyId : null;
        return (new Profile(server, key, id), await api.GetAsync("/v1/account", run.Stopped));
    }

    /// <summary>A key that could not be kept would be left behind on the server.</summary>
    static async Task StoreAsync(CommandRun run, Profile profile)
    {
        try
        {
            run.Profiles.Store(profile);
        }
        catch (Exception full) when (profile.KeyId is not null && full is IOException or UnauthorizedAccessException)
        {
            var why = await MachineKey.RevokeAsync(profile, run.Stopped);
            throw new CommandFailure(ExitCodes.Unexpected, $"The sign-in can't be kept in {run.Profiles.Path}: {full.Message}",
                why is null ? "The key that was made for it is revoked." : MachineKey.StillWorks(profile.KeyId!, why), full);
        }
    }

    /// <summary>What would be passed over in silence is told.</summary>
    static void CheckTogether(CommandRun run)
    {
        var isByPassword = run.Get(Email) is not null;
        if (isByPassword && run.Get(Key) is not null)
            throw new CommandFailure(ExitCodes.Usage, "--email and --api-key exclude each other.");
        if (!isByPassword && (run.Get(FromPipe) || run.Get(Test)))
            throw new CommandFailure(ExitCodes.Usage, "--password-stdin and --test go with --email.",
                "An API key says itself whether it is a test key: vg_test_…");
    }

    static string KeyOf(CommandRun run)
    {
        var given = run.Get(Key) ?? run.Terminal.Setting("VIDEOGEN_API_KEY");
        if (given == "-") given = run.Terminal.ReadLine();
        if (given is null && run.Terminal.CanAsk) given = run.Terminal.AskSecret("API key: ");
        return given?.Trim() is { Length: > 0 } key
            ? Profiles.CheckedKey(key, "--api-key")
            : throw new CommandFailure(
                ExitCodes.Usage, "There is no API key.", "Give one with --api-key (- for stdin), or sign in with --email.");
    }

    static async Task<(Profile Profile, JsonObject Account)> ByPasswordAsync(CommandRun run, string server, string email)
    {
        var password = run.Get(FromPipe) ? run.Terminal.ReadLine()
            : run.Terminal.CanAsk ? run.Terminal.AskSecret("Password: ")
            : throw new CommandFailure(
                ExitCodes.Usage, "Nobody can be asked for the password here.", "Pipe it in, with --password-stdin.");
        using var open = new ApiClient(server, credential: null);
        var token = await SignInAsync(open, email, password ?? "", run.Stopped);
        using var session = new ApiClient(server, token);
        // Before a key is made: what fails here leaves none behind.
        var account = await session.GetAsync("/v1/account", run.Stopped);
        return (await MachineKey.CreateAsync(session, server, run.Profiles.Name, run.Get(Test), run.Stopped), account);
    }

    static async Task<string> SignInAsync(ApiClient open, string email, string password, CancellationToken ct)
    {
        try
        {
            var body = new JsonObject { ["email"] = email, ["password"] = password };
            return (await open.PostAsync("/v1/auth/token", body, ct)).Plain("access_token");
        }
        catch (ApiFailure refused) when (refused.Status == HttpStatusCode.Unauthorized)
        {
            throw new CommandFailure(
                ExitCodes.NotAllowed, "Address and password do not belong together.", "Check both and sign in again.", refused);
        }
    }

    static async Task<int> LogoutAsync(CommandRun run)
    {
        if (run.Profiles.Stored is not { } stored)
        {
            if (run.IsJson) run.Terminal.Json(new JsonObject { ["profile"] = run.Profiles.Name, ["key"] = null });
            run.Terminal.Note($"Nobody is signed in as {run.Profiles.Name}.");
            return ExitCodes.Done;
        }
        var why = stored.KeyId is null ? null : await MachineKey.RevokeAsync(stored, run.Stopped);
        run.Profiles.Remove();
        if (run.IsJson)
        {
            var key = stored.KeyId is null ? null : new JsonObject { ["id"] = stored.KeyId, ["revoked"] = why is null };
            run.Terminal.Json(new JsonObject { ["profile"] = run.Profiles.Name, ["key"] = key });
        }
        run.Terminal.Note((stored.KeyId, why) switch
        {
            (null, _) => "Signed out. The key still works; revoke it with: videogen keys revoke <id>",
            (_, null) => "Signed out; the key is revoked.",
            ({ } id, _) => $"Signed out. {MachineKey.StillWorks(id, why)}",
        });
        return why is null ? ExitCodes.Done : ExitCodes.Unexpected;
    }

    static void WarnOfOpenLine(Terminal terminal, string server)
    {
        var uri = new Uri(server);
        if (uri.Scheme == "http"
            && !uri.IsLoopback) terminal.Note($"Warning: {uri.Host} is reached without TLS; whoever is on the way can read your key.");
    }
}
