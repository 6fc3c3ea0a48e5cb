using System.Diagnostics;
using System.Net.Http.Json;
using System.Text;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using VideoGen.Accounts.Contracts;
using VideoGen.HttpApi;

namespace VideoGen.Accounts.Tests.Users;

public sealed class Signing_in
{
    const string Password = "correct horse battery";

    AccountsApplication _accounts = null!;
    AccountView _account = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _accounts = await AccountsApplication.StartAsync(("Accounts:Users:SignInsPerEmail", "3"), ("Accounts:Users:SignInsPerAddress", "1000"));
        _account = await (await _accounts.Anonymous.PostAsJsonAsync("/v1/accounts", new SignUpRequest("Ada@example.com", Password), ApiJson.Options)).ReadAsync<AccountView>();
    }

    [OneTimeTearDown]
    public Task Stop() => _accounts.DisposeAsync().AsTask();

    [Test]
    public async Task Answers_a_token_that_names_user_and_account_and_lives_half_an_hour()
    {
        var answer = await (await SignInAsync("ada@EXAMPLE.com", Password)).ReadAsync<TokenAnswer>();
        var result = await new JsonWebTokenHandler().ValidateTokenAsync(answer.AccessToken, new TokenValidationParameters
        {
            ValidIssuer = "videogen",
            ValidAudience = "videogen",
            IssuerSigningKey = new SymmetricSecurityKey(Encoding.UTF8.GetBytes(AccountsApplication.SigningKey)),
        });
        Assert.That(result.IsValid, Is.True, result.Exception?.Message);
        var token = (JsonWebToken)result.SecurityToken;
        Assert.Multiple(() =>
        {
            Assert.That((token.Alg, token.Typ, answer.TokenType, answer.ExpiresIn), Is.EqualTo(("HS256", "JWT", "Bearer", 1800)));
            Assert.That(token.GetPayloadValue<string>("account"), Is.EqualTo(_account.Id.ToString()));
            Assert.That(token.ValidTo - token.ValidFrom, Is.EqualTo(TimeSpan.FromMinutes(30)));
        });
        var identity = await (await _accounts.Inside.GetAsync($"/internal/identities/by-user/{token.Subject}")).ReadAsync<Identity>();
        Assert.That((identity.AccountId, identity.UserId, identity.KeyId, identity.Test, identity.Plan, identity.IsOperator),
            Is.EqualTo((_account.Id, (Guid?)Guid.Parse(token.Subject), (Guid?)null, false, "free", false)));
        Assert.That(identity.Scopes, Is.EqualTo(Scope.All));
        Assert.That(await (await _accounts.Inside.GetAsync($"/internal/identities/by-user/{Guid.NewGuid()}")).RefusalAsync(), Is.EqualTo("404 not_found"));
    }

    [Test]
    public async Task A_wrong_password_and_an_unknown_address_get_the_same_answer_after_the_same_work()
    {
        await _accounts.OpenAccountAsync(email: "no-password@example.com");
        var (wrong, wrongTime) = await TimedAsync(_account.Email, "not the password");
        var (unknown, unknownTime) = await TimedAsync("nobody@example.com", "not the password");
        var (keysOnly, _) = await TimedAsync("no-password@example.com", "not the password");
        Assert.That(unknown, Is.EqualTo(wrong).And.EqualTo(keysOnly).And.EqualTo("401 unauthorized"));
        Assert.That(unknownTime, Is.GreaterThan(wrongTime / 4), "an unknown address must cost a hash as well");
    }

    [Test]
    public async Task Too_many_failures_for_an_address_have_to_wait_even_with_the_right_password()
    {
        await (await _accounts.Anonymous.PostAsJsonAsync("/v1/accounts", new SignUpRequest("victim@example.com", Password), ApiJson.Options)).ReadAsync<AccountView>();
        var guesses = await Task.WhenAll(Enumerable.Range(0, 12).Select(time => SignInAsync("Victim@example.com", $"guess number {time}")));
        Assert.That(guesses.Count(answer => (int)answer.StatusCode == 401), Is.EqualTo(3));
        Assert.That(guesses.Count(answer => (int)answer.StatusCode == 429), Is.EqualTo(9));
        using var locked = await SignInAsync("victim@example.com", Password);
        Assert.That(await locked.RefusalAsync(), Is.EqualTo("429 rate_limited"));
        Assert.That(locked.Headers.RetryAfter?.Delta, Is.GreaterThan(TimeSpan.Zero).And.LessThanOrEqualTo(TimeSpan.FromMinutes(15)));

        await _accounts.Database.ExecuteAsync("update throttles set starts_at = starts_at - interval '15 minutes'");
        await (await SignInAsync("victim@example.com", Password)).ReadAsync<TokenAnswer>();
    }

    [Test]
    public async Task Failures_elsewhere_keep_the_owner_out_of_nothing()
    {
        await (await _accounts.Anonymous.PostAsJsonAsync("/v1/accounts", new SignUpRequest("owner@example.com", Password),
            ApiJson.Options)).ReadAsync<AccountView>();
        for (var time = 0; time < 30; time++)
        {
            using var guess = await SignInAsync("owner@example.com", $"guess number {time}", from: $"198.51.100.{time % 5}");
            Assert.That((int)guess.StatusCode, Is.AnyOf(401, 429));
        }
        await (await SignInAsync("owner@example.com", Password, from: "203.0.113.7")).ReadAsync<TokenAnswer>();
    }

    [TestCase("caf\u00e9 au lait", "cafe\u0301 au lait")]
    [TestCase("cafe\u0301 au lait!", "caf\u00e9 au lait!")]
    [TestCase("\uac00\ub098\ub2e4 lighthouse", "\u1100\u1161\u1102\u1161\u1103\u1161 lighthouse")]
    [TestCase("\u212bngstr\u00f6m unit", "\u00c5ngstro\u0308m unit")]
    public async Task A_password_is_the_text_that_was_typed_however_it_is_composed(string chosen, string typed)
    {
        var email = $"nfc-{Guid.NewGuid():n}@example.com";
        await (await _accounts.Anonymous.PostAsJsonAsync("/v1/accounts", new SignUpRequest(email, chosen), ApiJson.Options))
            .ReadAsync<AccountView>();
        await (await SignInAsync(email, typed)).ReadAsync<TokenAnswer>();
        await (await SignInAsync(email, chosen)).ReadAsync<TokenAnswer>();
    }

    [Test]
    public async Task A_hash_from_before_passwords_were_composed_still_works_and_is_renewed()
    {
        const string Decomposed = "re\u0301sume\u0301 2020";
        var account =
            await (await _accounts.Anonymous.PostAsJsonAsync("/v1/accounts", new SignUpRequest("nfd@example.com", Password),
            ApiJson.Options)).ReadAsync<AccountView>();
        var old = new Microsoft.AspNetCore.Identity.PasswordHasher<string>().HashPassword("", Decomposed);
        await _accounts.Database.ExecuteAsync("update users set password_hash = $2 where account_id = $1", account.Id, old);
        await (await SignInAsync("nfd@example.com", Decomposed)).ReadAsync<TokenAnswer>();
        await (await SignInAsync("nfd@example.com", "r\u00e9sum\u00e9 2020")).ReadAsync<TokenAnswer>();
    }

    [Test]
    public async Task Successes_never_add_up_to_a_wait()
    {
        for (var time = 0; time < 8; time++) await (await SignInAsync(_account.Email, Password)).ReadAsync<TokenAnswer>();
    }

    [Test]
    public async Task A_weaker_old_hash_is_renewed()
    {
        var account = await (await _accounts.Anonymous.PostAsJsonAsync("/v1/accounts", new SignUpRequest("old@example.com", Password), ApiJson.Options)).ReadAsync<AccountView>();
        var old = new Microsoft.AspNetCore.Identity.PasswordHasher<string>(Microsoft.Extensions.Options.Options.Create(new Microsoft.AspNetCore.Identity.PasswordHasherOptions { IterationCount = 1000 })).HashPassword("", Password);
        await _accounts.Database.ExecuteAsync("update users set password_hash = $2 where account_id = $1", account.Id, old);
        await (await SignInAsync("old@example.com", Password)).ReadAsync<TokenAnswer>();
        Assert.That(await _accounts.Database.ScalarAsync<string>("select password_hash from users where account_id = $1", account.Id), Is.Not.EqualTo(old));
        await (await SignInAsync("old@example.com", Password)).ReadAsync<TokenAnswer>();
    }

    [TestCase("{}", "email password")]
    [TestCase("""{"email": [], "password": {}}""", "email password")]
    [TestCase("""{"email": "a@b.co", "password": "x\u0000"}""", "password")]
    [TestCase("""{"email": "a@b.co", "password": "x", "remember": true}""", "remember")]
    public async Task Nonsense_is_refused_by_field(string body, string fields) =>
        Assert.That(await (await _accounts.Anonymous.PostTextAsync("/v1/auth/token", body)).FaultsAsync(), Is.EqualTo(fields.Split(' ')));

    async Task<(string Refusal, TimeSpan Time)> TimedAsync(string email, string password)
    {
        var watch = Stopwatch.StartNew();
        using var answer = await SignInAsync(email, password);
        return (await answer.RefusalAsync(), watch.Elapsed);
    }

    Task<HttpResponseMessage> SignInAsync(string email, string password, string? from = null)
    {
        var request =
            new HttpRequestMessage(HttpMethod.Post,
            "/v1/auth/token") { Content = JsonContent.Create(new TokenRequest(email, password), options: ApiJson.Options) };
        if (from is not null) request.Headers.Add("X-Forwarded-For", from);
        return _accounts.Anonymous.SendAsync(request);
    }
}
