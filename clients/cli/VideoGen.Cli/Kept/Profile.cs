using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using VideoGen.Cli.Api;
using VideoGen.Cli.Terminals;

namespace VideoGen.Cli.Kept;

/// <summary>Where to and as whom.</summary>
/// <param name="KeyId">Of a key that the login made, so that the logout can revoke it; null for one that was given.</param>
/// <param name="AccountId">Whose the key is; null where nobody has asked yet.</param>
/// <param name="ListenSecret">What <c>webhooks listen</c> signs with; the same each time, so that a receiver is set up once.</param>
internal sealed record Profile(string Server, string ApiKey, string? KeyId = null, string? AccountId = null, string? ListenSecret = null)
{
    /// <summary>Whether the key is of the account's test world: simulated, free of charge.</summary>
    [JsonIgnore]
    public bool IsTest => ApiKey.StartsWith("vg_test_", StringComparison.Ordinal);
}

/// <summary>
/// The profiles of this user, in <c>$XDG_CONFIG_HOME/videogen/credentials.json</c>, which only its owner can read. A stored key goes
/// to the server that it was stored with and to no other.
/// </summary>
internal sealed class Profiles(Terminal terminal, string name)
{
    public const string DefaultServer = "http://127.0.0.1:8080";

    static readonly JsonSerializerOptions Shape = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };

    public string Path { get; } = System.IO.Path.Combine(Folder(terminal, "XDG_CONFIG_HOME", ".config"), "credentials.json");

    /// <summary>Unfinished runs, see <see cref="RunRecord"/>.</summary>
    public string RunsFolder { get; } = System.IO.Path.Combine(
        Folder(terminal, "XDG_STATE_HOME", System.IO.Path.Combine(".local", "state")), "runs");

    public string Name => name;

    /// <summary>Null when nobody is signed in under this name.</summary>
    public Profile? Stored => Read()[name] is { } stored ? ProfileOf(stored) : null;

    /// <summary>What to use: the options, then <c>VIDEOGEN_URL</c> and <c>VIDEOGEN_API_KEY</c>, then what is stored.</summary>
    public Profile Current(string? server)
    {
        var stored = Stored;
        var wanted = (server ?? terminal.Setting("VIDEOGEN_URL"))?.TrimEnd('/');
        if (terminal.Setting("VIDEOGEN_API_KEY") is { } key)
        {
            var address = Checked(wanted ?? stored?.Server ?? DefaultServer);
            return new Profile(address, CheckedKey(key, "VIDEOGEN_API_KEY"), ListenSecret: stored?.ListenSecret);
        }
        if (stored is null)
            throw new CommandFailure(
                ExitCodes.NotAllowed, "You are not signed in.", "Sign in: videogen login (or set VIDEOGEN_API_KEY).");
        if (wanted is not null && wanted != stored.Server)
        {
            throw new CommandFailure(ExitCodes.NotAllowed, $"The stored key is for {stored.Server}, not for {wanted}.",
                $"Sign in there: videogen login --server {wanted} --profile <name>, or set VIDEOGEN_API_KEY.");
        }
        return stored;
    }

    public void Store(Profile profile) => Change(all => all[name] = JsonSerializer.SerializeToNode(profile, Shape));

    public void Remove() => Change(all => all.Remove(name));

    /// <summary>A server's address, without what would not belong there.</summary>
    public static string Checked(string server)
    {
        if (Uri.TryCreate(server, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            && uri is { UserInfo: "", Query: "", Fragment: "" })
            return server.TrimEnd('/');
        throw new CommandFailure(ExitCodes.Usage, $"--server must be an http(s) address, for example {DefaultServer}, not {server}.");
    }

    /// <summary>A key, without the blanks that come with copying.</summary>
    /// <param name="where">Where it was given.</param>
    public static string CheckedKey(string key, string where) => key.Trim() is { Length: > 0 } plain && Answers.IsVisibleAscii(plain)
        ? plain
        : throw new CommandFailure(ExitCodes.Usage, $"{where} must be an API key (vg_live_… or vg_test_…), and holds something else.");

    void Change(Action<JsonObject> change)
    {
        var all = Read();
        change(all);
        KeptFolder.Write(Path, all.ToJsonString(Shape));
    }

    JsonObject Read()
    {
        if (!File.Exists(Path)) return [];
        if (KeptFolder.IsOpenToOthers(Path))
        {
            terminal.Note(
                $"Others could read {Path}; it is closed to them now. Revoke its key if somebody may have: videogen keys list.");
            KeptFolder.CloseToOthers(Path);
        }
        try
        {
            return Answers.Parse(File.ReadAllText(Path)) as JsonObject ?? throw new JsonException("It is no JSON object.");
        }
        catch (JsonException broken)
        {
            throw Unreadable(broken);
        }
    }

    Profile ProfileOf(JsonNode stored)
    {
        try
        {
            if (stored.Deserialize<Profile>(Shape) is { Server: { } server, ApiKey: not null } profile
                && Uri.TryCreate(server, UriKind.Absolute, out _))
                return profile;
            throw new JsonException($"'{name}' lacks its server or its key.");
        }
        catch (JsonException broken)
        {
            throw Unreadable(broken);
        }
    }

    CommandFailure Unreadable(JsonException broken) => new(
        ExitCodes.Unexpected, $"{Path} is not readable: {broken.Message}", "Delete it and sign in again.", broken);

    static string Folder(Terminal terminal, string variable, string byDefault) => System.IO.Path.Combine(
        terminal.Setting(variable) ?? System.IO.Path.Combine(HomeOf(terminal), byDefault), "videogen");

    static string HomeOf(Terminal terminal) =>
        terminal.Setting("HOME") ?? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
}
