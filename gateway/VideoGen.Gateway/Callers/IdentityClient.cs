using System.Net;
using VideoGen.Accounts.Contracts;
using VideoGen.HttpApi;
using VideoGen.ServiceDefaults.Callers;

namespace VideoGen.Gateway.Callers;

/// <summary>
/// Asks Accounts who a credential stands for. Always in the gateway's own name: several requests may wait for one answer.
/// Null means that there is no such credential (any more); when Accounts does not answer it throws.
/// </summary>
internal sealed class IdentityClient(HttpClient http, CallerToken tokens)
{
    const int Attempts = 2;

    public Task<Identity?> ByKeyAsync(string apiKey, CancellationToken ct) => AskAsync(
        () => new HttpRequestMessage(HttpMethod.Post, "internal/identities/by-key") { Content = JsonContent.Create(new KeyLookup(apiKey), options: ApiJson.Options) }, ct);

    public Task<Identity?> ByUserAsync(UserSession session, CancellationToken ct) => AskAsync(
        () => new HttpRequestMessage(HttpMethod.Get, $"internal/identities/by-user/{session.UserId}?round={session.Round}"), ct);

    /// <summary>Asking twice is harmless, so a connection that broke (a restarted replica) is tried once more.</summary>
    async Task<Identity?> AskAsync(Func<HttpRequestMessage> create, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                using var request = create();
                request.Headers.Add(CallerToken.Header, tokens.Issue(caller: null));
                using var response = await http.SendAsync(request, ct);
                if (response.StatusCode == HttpStatusCode.NotFound) return null;
                response.EnsureSuccessStatusCode();
                return await response.Content.ReadFromJsonAsync<Identity>(ApiJson.Options, ct);
            }
            catch (HttpRequestException broken) when (broken.StatusCode is null && attempt < Attempts)
            {
                // Falls through to the next attempt.
            }
        }
    }
}
