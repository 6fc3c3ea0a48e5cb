using Microsoft.Extensions.Primitives;

namespace VideoGen.Gateway.Callers;

/// <summary>What a request shows to say who is calling; nothing of it is verified yet.</summary>
/// <param name="ApiKey">A text that claims to be an API key.</param>
/// <param name="Token">A text that claims to be a JWT.</param>
/// <param name="Fault">Why the credential is refused as it stands; the other two are null then.</param>
internal readonly record struct Credential(string? ApiKey = null, string? Token = null, string? Fault = null)
{
    public bool IsAbsent => ApiKey is null && Token is null && Fault is null;
}

/// <summary>Where an API expects the credential: the native one here, each dialect where its document says.</summary>
internal static class Credentials
{
    /// <summary>The native API: <c>Authorization: Bearer</c> with an API key or a JWT, or <c>X-API-Key</c>; both only when they agree.</summary>
    public static Credential Native(HttpRequest request)
    {
        var bearer = FromAuthorization(request);
        if (bearer.Fault is not null) return bearer;
        var header = FromApiKeyHeader(request);
        if (header.Fault is not null || bearer.IsAbsent) return header;
        return header.IsAbsent || header == bearer ? bearer : new Credential(Fault: "Authorization and X-API-Key carry different credentials; send one.");
    }

    /// <summary><c>X-API-Key: vg_…</c>.</summary>
    public static Credential FromApiKeyHeader(HttpRequest request) => request.Headers["X-API-Key"] switch
    {
        { Count: 0 } => default,
        { Count: > 1 } => new Credential(Fault: "X-API-Key is given more than once."),
        var values => new Credential(ApiKey: values.ToString()),
    };

    /// <summary><c>Authorization: Bearer</c> with an API key or a JWT.</summary>
    public static Credential FromAuthorization(HttpRequest request)
    {
        StringValues values = request.Headers.Authorization;
        if (values.Count == 0) return default;
        if (values.Count > 1) return new Credential(Fault: "Authorization is given more than once.");
        var text = values.ToString();
        if (!text.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)) return new Credential(Fault: "Authorization must be of the form: Bearer <API key or token>.");
        return FromText(text["Bearer ".Length..].Trim());
    }

    /// <summary>Of two places for one credential only one may be filled: who reads the other would let somebody else in.</summary>
    public static Credential OneOf(Credential first, Credential second, string fault) =>
        first.IsAbsent ? second : second.IsAbsent ? first : new Credential(Fault: fault);

    /// <summary>An API key or a JWT, wherever it stood.</summary>
    public static Credential FromText(string text) => ApiKeyFormat.LooksLikeKey(text) ? new Credential(ApiKey: text) : new Credential(Token: text);
}
