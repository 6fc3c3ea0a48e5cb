using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using VideoGen.Accounts.Contracts;
using VideoGen.HttpApi;
using VideoGen.System.Tests.Clients;
using VideoGen.System.Tests.Stage;
using VideoGen.Testing;

namespace VideoGen.System.Tests.Native;

/// <summary>
/// Whoever leaves takes everything along: nobody is let in any more, what runs ends, and files, jobs and the person are gone from
/// every service.
/// </summary>
[TestFixture]
public sealed class Deleting_an_account
{
    static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    [Test]
    public async Task Ends_and_erases_everything_and_frees_the_address()
    {
        using var customer = await TheSystem.NewCustomerAsync();
        var upload = await customer.Native.UploadAsync(TheSystem.Files.PathOf("picture.png"), "image/png");
        var (model, input) = ("veo3.1", new { prompt = "A lighthouse" });
        var instant = await customer.Tests.SubmitAsync(new { model, input, simulate = new { instant = true } });
        var made = await customer.Tests.WaitForEndAsync(instant.Id, Limit);
        await customer.Tests.SubmitAsync(new { model, input, simulate = new { stall_at_percent = 10 } });
        var links = new[] { upload.Url, made.Output!.Assets[0].Url };
        foreach (var link in links) Assert.That(await StatusAsync(credential: null, link), Is.EqualTo(HttpStatusCode.OK));

        Assert.That(await DeleteAsync(customer.LiveKey, customer.Password), Is.EqualTo(HttpStatusCode.Forbidden), "a key can't do it");
        Assert.That(await DeleteAsync(customer.Token, "not the password"), Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That(await DeleteAsync(customer.Token, customer.Password), Is.EqualTo(HttpStatusCode.NoContent));
        await Eventually.ThatAsync(async () =>
        {
            var answers = await Task.WhenAll(((string[])[customer.LiveKey, customer.TestKey, customer.Token])
                .Select(credential => StatusAsync(credential, TheSystem.Gateway + "/v1/account")));
            return Array.TrueForAll(answers, status => status == HttpStatusCode.Unauthorized);
        }, TimeSpan.FromSeconds(10), "keys and sessions end"); // Five, and the machine may be busy.

        foreach (var link in links)
            await Eventually.ThatAsync(async () => await StatusAsync(null, link) == HttpStatusCode.NotFound, Limit, "the files go");
        using var operators = new NativeClient(TheSystem.Gateway, TheSystem.OperatorKey);
        AccountDetails details = null!;
        await Eventually.ThatAsync(async () =>
        {
            details = await operators.GetAsync<AccountDetails>($"/admin/v1/accounts/{customer.AccountId}");
            return details.ErasedAt is not null;
        }, Limit, "the person goes");
        Assert.That(await OpenAsync(customer), Is.EqualTo(HttpStatusCode.Created), "the address is free for a new account");
        Assert.That((details.Account.Email, details.Account.Credits.Held), Is.EqualTo(($"erased-{customer.AccountId}@erased.invalid", 0L)));
        var left = (await operators.GetAsync<JsonElement>($"/admin/v1/jobs/{made.Id}")).GetProperty("job");
        Assert.That(left.GetProperty("input").GetRawText(), Is.EqualTo("{}"));
    }

    static async Task<HttpStatusCode> DeleteAsync(string credential, string password)
    {
        using var client = new NativeClient(TheSystem.Gateway, credential);
        using var request = new HttpRequestMessage(HttpMethod.Delete, "/v1/account")
        {
            Content = JsonContent.Create(new DeleteAccountRequest(password), options: ApiJson.Options),
        };
        using var answer = await client.Http.SendAsync(request);
        return answer.StatusCode;
    }

    static async Task<HttpStatusCode> StatusAsync(string? credential, string url)
    {
        using var client = new NativeClient(TheSystem.Gateway, credential);
        using var answer = await client.Http.GetAsync(url, HttpCompletionOption.ResponseHeadersRead);
        return answer.StatusCode;
    }

    static async Task<HttpStatusCode> OpenAsync(Customer customer)
    {
        using var anonymous = new NativeClient(TheSystem.Gateway, credential: null);
        var body = new { email = customer.Email, password = customer.Password };
        using var answer = await anonymous.Http.PostAsJsonAsync("/v1/accounts", body);
        return answer.StatusCode;
    }
}
