using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using VideoGen.Cli.Api;
using VideoGen.Cli.Terminals;

namespace VideoGen.Cli.Commands;

internal static class KeyCommands
{
    static readonly Argument<string> Id = new("key") { Description = "Its id." };

    static readonly Argument<string> Name = new("name") { Description = "To tell keys apart." };

    static readonly Option<string[]> Scopes = Shell.OneOf(
        new Option<string[]>("--scope") { Description = "What it may do; may come several times; everything that you may when absent." },
        "jobs:read", "jobs:write", "assets:read", "assets:write", "webhooks:read", "webhooks:write", "account:read", "account:write");

    static readonly Option<string?> Expires = new("--expires")
    {
        Description = "When it ends: a time (2027-01-31T00:00:00Z) or days from now (30d).", HelpName = "when",
    };

    static readonly Option<bool> Test = new("--test") { Description = "A test key: simulated, free of charge." };

    public static Command Build(Shell shell) => Shell.Group("keys", "API keys of the account.",
        shell.Command("list", "The keys, without their secrets.", ListAsync),
        shell.Command("create", "Make a key; its secret is shown this once.", CreateAsync, Name, Scopes, Expires, Test),
        shell.Command("revoke", "End a key, within seconds and for good.", RevokeAsync, Id));

    static async Task<int> ListAsync(CommandRun run)
    {
        var keys = new JsonArray();
        await foreach (var key in run.Api.ListAsync("/v1/account/keys?limit=100", run.Stopped)) keys.Add(key.DeepClone());
        if (run.IsJson)
        {
            run.Terminal.Json(new JsonObject { ["data"] = keys });
            return ExitCodes.Done;
        }
        var table = new Table("KEY", "NAME", "BEGINS WITH", "WORLD", "LAST USE", "STATE");
        foreach (var key in keys.OfType<JsonObject>())
        {
            var world = key.FlagAt("test") == true ? "test" : "live";
            table.Row($"{key["id"]}", $"{key["name"]}", $"{key["prefix"]}", world, JobCommands.Time(key["last_used_at"]), StateOf(key));
        }
        table.Print(run.Terminal);
        return ExitCodes.Done;
    }

    static string StateOf(JsonObject key)
    {
        if (key["revoked_at"] is { } revoked) return $"revoked {JobCommands.Time(revoked)}";
        return key["expires_at"] is { } expires ? $"until {JobCommands.Time(expires)}" : "works";
    }

    static async Task<int> CreateAsync(CommandRun run)
    {
        var body = new JsonObject { ["name"] = run.Get(Name) };
        if (run.Get(Scopes) is { Length: > 0 } scopes)
            body["scopes"] = new JsonArray([.. scopes.Select(scope => JsonValue.Create(scope))]);
        if (run.Get(Expires) is { } expires) body["expires_at"] = ExpiryOf(expires, DateTimeOffset.UtcNow);
        if (run.Get(Test)) body["test"] = true;
        var created = await run.Api.PostAsync("/v1/account/keys", body, run.Stopped);
        if (run.IsJson)
        {
            run.Terminal.Json(created);
            return ExitCodes.Done;
        }
        run.Terminal.Line(created.Plain("secret"));
        run.Terminal.Note($"This is the secret of key {created.At("key", "id")}; it is not shown again.");
        return ExitCodes.Done;
    }

    internal static string ExpiryOf(string text, DateTimeOffset now)
    {
        if (text.EndsWith('d') && int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var days)
            && days is > 0 and <= 3650)
            return now.AddDays(days).UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture)
            : throw new CommandFailure(
                ExitCodes.Usage, $"--expires {text} must be a time such as 2027-01-31T00:00:00Z, or days such as 30d.");
    }

    static async Task<int> RevokeAsync(CommandRun run)
    {
        await run.Api.DeleteAsync($"/v1/account/keys/{Shell.PathPart("key", run.Get(Id)!)}", run.Stopped);
        if (run.IsJson) run.Terminal.Json(new JsonObject { ["id"] = run.Get(Id), ["revoked"] = true });
        else run.Terminal.Line($"Key {run.Get(Id)} is revoked.");
        return ExitCodes.Done;
    }
}
