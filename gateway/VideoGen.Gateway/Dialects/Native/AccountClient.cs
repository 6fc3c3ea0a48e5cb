using VideoGen.Accounts.Contracts;

namespace VideoGen.Gateway.Dialects.Native;

/// <summary>The caller's account.</summary>
internal sealed class AccountClient(HttpClient http)
{
    public async Task<NativeResult<AccountView>> GetAsync(CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "v1/account");
        return await NativeCall.SendAsync<AccountView>(http, request, ct);
    }
}
