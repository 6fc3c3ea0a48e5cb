using System.Net;
using System.Text.Json.Nodes;
using VideoGen.Cli.Api;
using VideoGen.Cli.Kept;
using VideoGen.Cli.Terminals;

namespace VideoGen.Cli.Running;

/// <summary>The API key that a login by password makes for this machine: one a profile, revoked when another takes its place.</summary>
internal static class MachineKey
{
    /// <param name="session">Signed in by password.</param>
    public static async Task<Profile> CreateAsync(ApiClient session, string server, string profile, bool isTest, CancellationToken ct)
    {
        var name = SafeText.Line($"videogen on {Environment.MachineName}{(profile == "default" ? "" : $" ({profile})")}");
        name = name[..Math.Min(100, name.Length)];
        try
        {
            var created = await session.PostAsync("/v1/account/keys", new JsonObject { ["name"] = name, ["test"] = isTest }, ct);
            return new Profile(server, created.Plain("secret"), created.Plain("key", "id"));
        }
        catch (Exception lost) when (lost is HttpRequestException or IOException or TimeoutException)
        {
            throw new CommandFailure(ExitCodes.Unreachable,
                $"The answer to the making of a key was lost: {SafeText.Line(lost.Message)}",
                $"Sign in again. Should a key '{name}' that was never used be in videogen keys list then, revoke it.", lost);
        }
    }

    /// <summary>By the key itself, so that another account's or another server's is revoked where it belongs.</summary>
    /// <returns>Null when it works no more; else why it could not be revoked.</returns>
    public static async Task<string?> RevokeAsync(Profile profile, CancellationToken ct)
    {
        try
        {
            using var api = new ApiClient(profile.Server, profile.ApiKey);
            await api.DeleteAsync($"/v1/account/keys/{Uri.EscapeDataString(profile.KeyId!)}", ct);
            return null;
        }
        catch (ApiFailure refused) when (refused.Status is HttpStatusCode.Unauthorized or HttpStatusCode.NotFound)
        {
            return null; // It was revoked before, or has expired.
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            return "interrupted";
        }
        catch (Exception failure) when (failure is ApiFailure or HttpRequestException or IOException or TimeoutException)
        {
            return SafeText.Line(failure.Message);
        }
    }

    public static string StillWorks(string id, string why) =>
        $"Its key {SafeText.Line(id)} could not be revoked ({why}) and may still work. Revoke it: videogen keys revoke {SafeText.Line(id)}";
}
