using System.Reflection;
using Microsoft.AspNetCore.Http;

namespace VideoGen.ServiceDefaults.Callers;

/// <summary>
/// On whose behalf a request runs, taken from a verified caller token. An endpoint takes it as a parameter; a store
/// method takes its <see cref="AccountId"/> first.
/// </summary>
/// <param name="UserId">Set for a signed-in user, null for an API key.</param>
/// <param name="KeyId">Set for an API key, null for a signed-in user.</param>
/// <param name="Test">A test key: simulator only, nothing is charged.</param>
/// <param name="RetentionDays">How long the plan keeps files; null for ever.</param>
public sealed record Caller(
    Guid AccountId, Guid? UserId, Guid? KeyId, bool Test, string Plan, IReadOnlyList<string> Scopes, bool IsOperator,
    int? RetentionDays = null) : IBindableFromHttpContext<Caller>
{
    /// <summary>Id of the credential itself, for limits and for the scope of idempotency keys.</summary>
    public Guid CredentialId => KeyId ?? UserId ?? AccountId;

    public bool May(string scope) => Scopes.Contains(scope, StringComparer.Ordinal);

    /// <summary>The verified caller of this request. The middleware has refused requests without one before an endpoint runs.</summary>
    public static ValueTask<Caller?> BindAsync(HttpContext context, ParameterInfo parameter) =>
        ValueTask.FromResult<Caller?>(context.Features.Get<Caller>()
            ?? throw new InvalidOperationException($"{context.Request.Path} takes a Caller, but its route is open to services only"));
}
