using System.Reflection;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;

namespace VideoGen.ServiceDefaults.Callers;

/// <summary>
/// On whose behalf a request runs, taken from a verified caller token. An endpoint takes it as a parameter; a store
/// method takes what it <see cref="Sees"/> first, or where it <see cref="MakesIn"/>.
/// </summary>
/// <param name="UserId">Set for a signed-in user, null for an API key.</param>
/// <param name="KeyId">Set for an API key, null for a signed-in user.</param>
/// <param name="Test">A test key, or a session that chose test: simulator only, nothing is charged.</param>
/// <param name="RetentionDays">How long the plan keeps files; null for ever.</param>
/// <param name="SeesBoth">A session that chose neither test nor live: it sees both, and makes live things.</param>
public sealed record Caller(
    Guid AccountId, Guid? UserId, Guid? KeyId, bool Test, string Plan, IReadOnlyList<string> Scopes, bool IsOperator,
    int? RetentionDays = null, bool SeesBoth = false) : IBindableFromHttpContext<Caller>
{
    /// <summary>Id of the credential itself, for limits and for the scope of idempotency keys.</summary>
    public Guid CredentialId => KeyId ?? UserId ?? AccountId;

    /// <summary>What this caller may read and change.</summary>
    [JsonIgnore]
    public World Sees => new(AccountId, SeesBoth ? null : Test);

    /// <summary>Where what this caller makes belongs, and what that may refer to: one world, never both.</summary>
    [JsonIgnore]
    public World MakesIn => new(AccountId, Test);

    public bool May(string scope) => Scopes.Contains(scope, StringComparer.Ordinal);

    /// <summary>The verified caller of this request. The middleware has refused requests without one before an endpoint runs.</summary>
    public static ValueTask<Caller?> BindAsync(HttpContext context, ParameterInfo parameter) =>
        ValueTask.FromResult<Caller?>(context.Features.Get<Caller>()
            ?? throw new InvalidOperationException($"{context.Request.Path} takes a Caller, but its route is open to services only"));
}
