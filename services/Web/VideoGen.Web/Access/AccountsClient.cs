using System.Net;
using System.Text.Json;
using VideoGen.Accounts.Contracts;
using VideoGen.HttpApi;
using VideoGen.HttpApi.Errors;

namespace VideoGen.Web.Access;

/// <summary>Asks Accounts who somebody is. When it does not answer, these throw <see cref="HttpRequestException"/> or a time-out.</summary>
internal sealed class AccountsClient(HttpClient http)
{
    /// <summary>Null for a key that is unknown, revoked or expired.</summary>
    public async Task<Identity?> ByKeyAsync(string apiKey, CancellationToken ct)
    {
        using var response = await http.PostAsJsonAsync("internal/identities/by-key", new KeyLookup(apiKey), ApiJson.Options, ct);
        return await IdentityAsync(response, ct);
    }

    /// <summary>Null when it no longer stands for anybody, or its sign-in was ended.</summary>
    public async Task<Identity?> ByIdAsync(Credential credential, CancellationToken ct)
    {
        var identity = FindAsync(credential, ct);
        var ended = credential.Session is { } session ? HasEndedAsync(session, ct) : Task.FromResult(false);
        await Task.WhenAll(identity, ended);
        return await ended ? null : await identity;
    }

    /// <summary>From now on nobody is let in by this sign-in; said again it changes nothing.</summary>
    public async Task EndSessionAsync(Guid session, CancellationToken ct)
    {
        using var response = await http.PutAsync($"internal/ended-sessions/{session}", content: null, ct);
        response.EnsureSuccessStatusCode();
    }

    async Task<bool> HasEndedAsync(Guid session, CancellationToken ct)
    {
        using var response = await http.GetAsync($"internal/ended-sessions/{session}", ct);
        if (response.StatusCode == HttpStatusCode.NotFound) return false;
        response.EnsureSuccessStatusCode();
        return true;
    }

    async Task<Identity?> FindAsync(Credential credential, CancellationToken ct)
    {
        var path = credential.IsKey ? $"by-key-id/{credential.Id}" : $"by-user/{credential.Id}?round={credential.Round}";
        using var response = await http.GetAsync($"internal/identities/{path}", ct);
        return await IdentityAsync(response, ct);
    }

    /// <summary>Opens an account as <c>POST /v1/accounts</c> does, with its limits; null when it was opened.</summary>
    public async Task<Problem?> SignUpAsync(string email, string password, IPAddress? address, CancellationToken ct)
    {
        using var response = await PostForAsync("v1/accounts", new SignUpRequest(email, password), address, ct);
        if (response.IsSuccessStatusCode) return null;
        if ((int)response.StatusCode >= StatusCodes.Status500InternalServerError) response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync<Problem>(ApiJson.Options, ct);
    }

    /// <summary>Signs in as <c>POST /v1/auth/token</c> does, with its limits.</summary>
    /// <param name="address">The browser's, for the limit on failures from one address.</param>
    public async Task<PasswordAnswer> ByPasswordAsync(string email, string password, IPAddress? address, CancellationToken ct)
    {
        using var response = await PostForAsync("v1/auth/token", new TokenRequest(email, password), address, ct);
        if (response.StatusCode == HttpStatusCode.TooManyRequests) return new PasswordAnswer(User: null, IsLimited: true);
        if (response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.BadRequest)
            return new PasswordAnswer(User: null);
        response.EnsureSuccessStatusCode();
        var answer = (await response.Content.ReadFromJsonAsync<TokenAnswer>(ApiJson.Options, ct))!;
        return new PasswordAnswer(SubjectOf(answer.AccessToken));
    }

    /// <summary>Whose token it is, and of which round. It comes from Accounts itself, so its signature tells nothing new.</summary>
    public static Credential SubjectOf(string token)
    {
        using var payload = JsonDocument.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(token.Split('.')[1]));
        var round = payload.RootElement.TryGetProperty("round", out var number) ? number.GetInt32() : 0;
        return new Credential(payload.RootElement.GetProperty("sub").GetGuid(), IsKey: false, round);
    }

    /// <summary>In the name of a browser: the limits are on its address.</summary>
    async Task<HttpResponseMessage> PostForAsync<T>(string path, T body, IPAddress? address, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body, options: ApiJson.Options) };
        if (address is not null) request.Headers.Add("X-Forwarded-For", address.ToString());
        return await http.SendAsync(request, ct);
    }

    static async Task<Identity?> IdentityAsync(HttpResponseMessage response, CancellationToken ct)
    {
        if (response.StatusCode == HttpStatusCode.NotFound) return null;
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync<Identity>(ApiJson.Options, ct);
    }
}

/// <param name="User">Null when address and password do not belong together.</param>
/// <param name="IsLimited">Too many failures came before; nobody looked.</param>
internal sealed record PasswordAnswer(Credential? User, bool IsLimited = false);
