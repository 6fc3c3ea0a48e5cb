using System.CommandLine;
using System.Net;
using System.Text.Json.Nodes;
using VideoGen.Cli.Api;
using VideoGen.Cli.Kept;
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
        var stored = run.Profiles.Stored;
        var server = Profiles.Checked(run.Server ?? run.Terminal.Setting("VIDEOGEN_URL") ?? stored?.Server ?? Profiles.DefaultServer);
        WarnOfOpenLine(run.Terminal, server);
        var email = run.Get(Email);
        var profile = email is not null
            ? await ByPasswordAsync(run, server, email)
            : new Profile(server, KeyOf(run));
        using var api = new ApiClient(server, profile.ApiKey);
        var account = await api.GetAsync("/v1/account", run.Stopped);
        run.Profiles.Store(profile with { AccountId = (string?)account["id"], ListenSecret = stored?.ListenSecret });

        if (run.IsJson)
            run.Terminal.Json(new JsonObject { ["server"] = server, ["profile"] = run.Profiles.Name, ["account"] = account.DeepClone() });
        else
            run.Terminal.Line($"Signed in at {server} as {SafeText.Line((string?)account["email"] ?? "")} ({run.Profiles.Path}).");
        return ExitCodes.Done;
    }

    static string KeyOf(CommandRun run)
    {
        var given = run.Get(Key) ?? run.Terminal.Setting("VIDEOGEN_API_KEY");
        if (given == "-") given = run.Terminal.ReadLine();
        if (given is null && run.Terminal.CanAsk) given = run.Terminal.AskSecret("API key: ");
        return given?.Trim() is { Length: > 0 } key
            ? key
            : throw new CommandFailure(
                ExitCodes.Usage, "There is no API key.", "Give one with --api-key (- for stdin), or sign in with --email.");
    }

    static async Task<Profile> ByPasswordAsync(CommandRun run, string server, string email)
    {
        var password = run.Get(FromPipe) ? run.Terminal.ReadLine()
            : run.Terminal.CanAsk ? run.Terminal.AskSecret("Password: ")
            : throw new CommandFailure(
                ExitCodes.Usage, "Nobody can be asked for the password here.", "Pipe it in, with --password-stdin.");
        using var open = new ApiClient(server, credential: null);
        var token = await SignInAsync(open, email, password ?? "", run.Stopped);
        using var session = new ApiClient(server, token);
        var name = SafeText.Line($"videogen on {Environment.MachineName}");
        var created = await session.PostAsync(
            "/v1/account/keys", new JsonObject { ["name"] = name[..Math.Min(100, name.Length)], ["test"] = run.Get(Test) }, run.Stopped);
        return new Profile(server, (string)created["secret"]!, (string?)created["key"]!["id"]);
    }

    static async Task<string> SignInAsync(ApiClient open, string email, string password, CancellationToken ct)
    {
        try
        {
            return (string)(
                await open.PostAsync(
                "/v1/auth/token", new JsonObject { ["email"] = email, ["password"] = password }, ct))["access_token"]!;
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
            run.Terminal.Note($"Nobody is signed in as {run.Profiles.Name}.");
            return ExitCodes.Done;
        }
        if (stored.KeyId is { } id)
        {
            try
            {
                using var api = new ApiClient(stored.Server, stored.ApiKey);
                await api.DeleteAsync($"/v1/account/keys/{Uri.EscapeDataString(id)}", run.Stopped);
            }
            catch (ApiFailure refused) when (refused.Status is HttpStatusCode.Unauthorized or HttpStatusCode.NotFound)
            {
                // It is revoked already.
            }
        }
        run.Profiles.Remove();
        run.Terminal.Note(stored.KeyId is null ? "Signed out. The key still works; revoke it with: videogen keys revoke <id>"
            : "Signed out; the key is revoked.");
        return ExitCodes.Done;
    }

    static void WarnOfOpenLine(Terminal terminal, string server)
    {
        var uri = new Uri(server);
        if (uri.Scheme == "http"
            && !uri.IsLoopback) terminal.Note($"Warning: {uri.Host} is reached without TLS; whoever is on the way can read your key.");
    }
}
