using VideoGen.HttpApi.Errors;
using VideoGen.HttpApi.Requests;
using VideoGen.ServiceDefaults.Callers;

namespace VideoGen.Accounts.ApiKeys;

/// <summary>
/// <c>PATCH /v1/account/keys/{id}</c>: another name; nothing else of a key can change. A revoked key is still listed, so it has
/// one too.
/// </summary>
internal static class RenameApiKey
{
    public static async Task<IResult> PatchAsync(Caller caller, Guid id, BodyFields body, ApiKeyStore keys, CancellationToken ct)
    {
        var name = body.Text("name", 1, 100, required: false);
        if (body.Refusal() is { } refusal) return refusal;
        return await keys.RenameAsync(caller.Sees, id, name, ct) is { } renamed ? TypedResults.Ok(renamed)
            : Problems.Of(ErrorCodes.NotFound);
    }
}
