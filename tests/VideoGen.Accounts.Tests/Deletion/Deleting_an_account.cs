using System.Net;
using System.Net.Http.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using VideoGen.Accounts.Contracts;
using VideoGen.Accounts.Contracts.Commands;
using VideoGen.Accounts.Contracts.Events;
using VideoGen.HttpApi;
using VideoGen.Jobs.Contracts.Events;
using VideoGen.Testing;

namespace VideoGen.Accounts.Tests.Deletion;

public sealed class Deleting_an_account
{
    const string Password = "correct horse battery";

    AccountsApplication _accounts = null!;

    [OneTimeSetUp]
    public async Task Start() => _accounts = await AccountsApplication.StartAsync(("Accounts:Users:SignInsPerEmail", "3"));

    [OneTimeTearDown]
    public Task Stop() => _accounts.DisposeAsync().AsTask();

    [Test]
    public async Task Ends_keys_and_sessions_at_once_and_tells_everybody()
    {
        var owner = await SignUpAsync("ends@example.com");
        var keys = new[] { await KeyAsync(owner, test: false), await KeyAsync(owner, test: true) };
        var (revoked, ended, closed) = (await _accounts.ListenAsync<ApiKeyRevoked>(), await _accounts.ListenAsync<SessionsEnded>(),
            await _accounts.ListenAsync<AccountClosed>());
        foreach (var key in keys) Assert.That(await IdentityAsync(key), Is.EqualTo(HttpStatusCode.OK));

        Assert.That((await DeleteAsync(owner)).StatusCode, Is.EqualTo(HttpStatusCode.NoContent));
        Assert.That((await DeleteAsync(owner)).StatusCode, Is.EqualTo(HttpStatusCode.NoContent), "once more changes nothing");
        foreach (var key in keys) Assert.That(await IdentityAsync(key), Is.EqualTo(HttpStatusCode.NotFound));
        using var session = await _accounts.Inside.GetAsync($"/internal/identities/by-user/{owner.User}");
        Assert.That(session.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        await Eventually.ThatAsync(() => closed.Any(message => message.AccountId == owner.Account), because: "AccountClosed is published");
        Assert.That(revoked.Where(message => message.AccountId == owner.Account).Select(message => message.KeyId),
            Is.EquivalentTo(keys.Select(key => key.Key.Id)));
        Assert.That(ended.Count(message => message.AccountId == owner.Account), Is.EqualTo(1));
        Assert.That(await (await SignInAsync(owner.Email)).RefusalAsync(), Is.EqualTo("403 forbidden"), "the owner is told");
        using var stranger = await SignInAsync(owner.Email, "not the password");
        Assert.That(await stranger.RefusalAsync(), Is.EqualTo("401 unauthorized"));
    }

    [Test]
    public async Task Leaves_nothing_that_names_the_person_and_frees_the_address()
    {
        var owner = await SignUpAsync("Named.Person@example.com", "Ada Lovelace of Ockham");
        await KeyAsync(owner, test: false, "key of Ockham");
        await DeleteAsync(owner);
        Assert.That(await (await OpenAsync(owner.Email)).RefusalAsync(), Is.EqualTo("409 email_taken"), "until all is erased");

        await _accounts.SendAsync(new AccountErased(owner.Account));
        await ErasedAsync(owner);
        await _accounts.SendAsync(new AccountErased(owner.Account));
        foreach (var trace in (string[])["named.person@", "lovelace", "ockham"])
            Assert.That(await _accounts.Database.TablesWithAsync(trace), Is.Empty, trace);
        var details = await DetailsAsync(owner);
        Assert.That((details.Account.Email, details.ActiveKeys, details.ClosedAt is not null),
            Is.EqualTo(($"erased-{owner.Account}@erased.invalid", 0, true)));

        var anew = await SignUpAsync(owner.Email);
        Assert.That(anew.Account, Is.Not.EqualTo(owner.Account));
        Assert.That((await SignInAsync(owner.Email)).StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task Keeps_the_books_and_settles_what_was_held()
    {
        var owner = await SignUpAsync("books@example.com");
        var (captured, released) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        foreach (var job in (Guid[])[captured, released])
        {
            (await _accounts.HoldAsync(job, owner.Account, 5)).EnsureSuccessStatusCode();
            await _accounts.SendAsync(new ConfirmHold(job, owner.Account));
        }
        await DeleteAsync(owner);
        Assert.That(await (await _accounts.HoldAsync(Guid.CreateVersion7(), owner.Account, 1)).RefusalAsync(), Is.EqualTo("404 not_found"));
        await _accounts.SendAsync(new CaptureCredits(captured, owner.Account, 5));
        await _accounts.SendAsync(new ReleaseCredits(released, owner.Account, "cancelled"));
        await Eventually.ThatAsync(async () => (await _accounts.CreditsAsync(owner.Account)).Held == 0, because: "both holds are settled");
        var before = await _accounts.StoryAsync(owner.Account);
        await _accounts.SendAsync(new AccountErased(owner.Account));
        await ErasedAsync(owner);
        Assert.That(await _accounts.StoryAsync(owner.Account), Is.EqualTo(before).And.Contain("capture").And.Contain("release"));
        Assert.That((await _accounts.CheckLedgerAsync()).Passed, Is.True);
    }

    [Test]
    public async Task Grants_no_further_month()
    {
        var owner = await SignUpAsync("month@example.com");
        await DeleteAsync(owner);
        await _accounts.Database.ExecuteAsync(
            "update accounts set cycle_started_at = now() - interval '31 days', cycle_ends_at = now() - interval '1 minute' where id = $1",
            owner.Account);
        await _accounts.Database.ExecuteAsync(
            "update grants set expires_at = now() - interval '1 minute' where account_id = $1", owner.Account);
        await _accounts.Database.ExecuteAsync("update due_work set due_at = now() where kind = 'credit-cycle' and id = $1", owner.Account);
        await Eventually.ThatAsync(async () => await DueInAsync(owner, "credit-cycle") is null, because: "no further cycle is due");
        Assert.That((await _accounts.CreditsAsync(owner.Account)).Available, Is.Zero);
        Assert.That((await _accounts.LedgerAsync(owner.Account)).Skip(1).Select(entry => entry.Kind), Is.EqualTo(new[] { "expire" }));
    }

    /// <summary>A service that was not there when the message was sent gets the next one.</summary>
    [Test]
    public async Task Asks_again_until_all_is_erased()
    {
        var owner = await SignUpAsync("again@example.com");
        var closed = await _accounts.ListenAsync<AccountClosed>();
        await DeleteAsync(owner);
        await Eventually.ThatAsync(() => closed.Count(message => message.AccountId == owner.Account) == 1);
        Assert.That(await DueInAsync(owner), Is.GreaterThan(50).And.LessThanOrEqualTo(60));
        await _accounts.Database.ExecuteAsync("update due_work set due_at = now() where kind = 'erase-account' and id = $1", owner.Account);
        await Eventually.ThatAsync(() => closed.Count(message => message.AccountId == owner.Account) == 2);
        await _accounts.SendAsync(new AccountErased(owner.Account));
        await Eventually.ThatAsync(async () => await DueInAsync(owner) is null, because: "nothing is left to ask for");
    }

    [Test]
    public async Task Is_for_who_is_signed_in_and_knows_the_password()
    {
        var owner = await SignUpAsync("guarded@example.com");
        var caller = AccountsApplication.CallerOf(owner.Account) with { UserId = owner.User };
        using var key = _accounts.As(caller with { UserId = null, KeyId = Guid.CreateVersion7(), SeesBoth = false });
        using var administrator = _accounts.As(caller with { IsOperator = true });
        using var reader = _accounts.As(caller with { Scopes = [Scope.AccountRead] });
        Assert.Multiple(async () =>
        {
            foreach (var other in (HttpClient[])[key, administrator, reader])
                Assert.That(await (await DeleteAsync(other, Password)).RefusalAsync(), Is.EqualTo("403 forbidden"));
            Assert.That(await (await DeleteAsync(owner.Http, "wrong")).RefusalAsync(), Is.EqualTo("403 forbidden"));
            Assert.That(await (await DeleteAsync(owner.Http, "")).FaultsAsync(), Is.EqualTo(new[] { "password" }));
            Assert.That(await (await owner.Http.DeleteAsync("/v1/account")).FaultsAsync(), Is.EqualTo(new[] { "password" }));
            Assert.That(await (await DeleteAsync(_accounts.As(AccountsApplication.CallerOf(Guid.NewGuid())), Password)).RefusalAsync(),
                Is.EqualTo("403 forbidden"), "another's user");
            Assert.That((await SignInAsync(owner.Email)).StatusCode, Is.EqualTo(HttpStatusCode.OK), "it is still open");
        });
    }

    [Test]
    public async Task Is_not_for_guessing()
    {
        var owner = await SignUpAsync("guessed@example.com");
        for (var time = 0; time < 3; time++) await DeleteAsync(owner.Http, $"guess {time}");
        Assert.That(await (await DeleteAsync(owner)).RefusalAsync(), Is.EqualTo("429 rate_limited"));
    }

    [Test]
    public async Task What_nobody_closed_is_not_erased()
    {
        var owner = await SignUpAsync("open@example.com");
        await _accounts.SendAsync(new AccountErased(owner.Account));
        var other = await SignUpAsync("marker@example.com");
        await DeleteAsync(other);
        await _accounts.SendAsync(new AccountErased(other.Account));
        await ErasedAsync(other);
        Assert.That((await SignInAsync(owner.Email)).StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    static Task<HttpResponseMessage> DeleteAsync(Owner owner) => DeleteAsync(owner.Http, Password);

    static Task<HttpResponseMessage> DeleteAsync(HttpClient http, string password) =>
        http.SendAsync(new HttpRequestMessage(HttpMethod.Delete, "/v1/account")
        {
            Content = JsonContent.Create(new DeleteAccountRequest(password), options: ApiJson.Options),
        });

    Task<HttpResponseMessage> SignInAsync(string email, string password = Password) =>
        _accounts.Anonymous.PostAsJsonAsync("/v1/auth/token", new TokenRequest(email, password), ApiJson.Options);

    Task<HttpResponseMessage> OpenAsync(string email, string? name = null) =>
        _accounts.Anonymous.PostAsJsonAsync("/v1/accounts", new SignUpRequest(email, Password, name), ApiJson.Options);

    async Task<Owner> SignUpAsync(string email, string? name = null)
    {
        await (await OpenAsync(email, name)).ReadAsync<AccountView>();
        var token = new JsonWebToken((await (await SignInAsync(email)).ReadAsync<TokenAnswer>()).AccessToken);
        var (user, account) = (Guid.Parse(token.Subject), Guid.Parse(token.GetPayloadValue<string>("account")));
        return new Owner(email, account, user, _accounts.As(AccountsApplication.CallerOf(account) with { UserId = user }));
    }

    static async Task<CreatedApiKey> KeyAsync(Owner owner, bool test, string name = "one")
    {
        using var answer = await owner.Http.PostAsJsonAsync("/v1/account/keys", new CreateApiKeyRequest(name, Test: test), ApiJson.Options);
        return await answer.ReadAsync<CreatedApiKey>();
    }

    Task ErasedAsync(Owner owner) => Eventually.ThatAsync(
        async () => (await DetailsAsync(owner)).ErasedAt is not null, because: "the account is erased");

    async Task<HttpStatusCode> IdentityAsync(CreatedApiKey key) =>
        (await _accounts.Inside.PostAsJsonAsync("/internal/identities/by-key", new KeyLookup(key.Secret), ApiJson.Options)).StatusCode;

    async Task<AccountDetails> DetailsAsync(Owner owner) =>
        (await _accounts.Operator.GetFromJsonAsync<AccountDetails>($"/admin/v1/accounts/{owner.Account}", ApiJson.Options))!;

    /// <summary>Minutes until work is due for the account; null when it is not.</summary>
    Task<double?> DueInAsync(Owner owner, string kind = "erase-account") => _accounts.Database.ScalarAsync<double?>(
        "select (extract(epoch from due_at - now()) / 60)::double precision from due_work where kind = $2 and id = $1",
        owner.Account, kind);

    sealed record Owner(string Email, Guid Account, Guid User, HttpClient Http);
}
