using System.Net;
using System.Net.Http.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using VideoGen.Accounts.Contracts;
using VideoGen.HttpApi;
using VideoGen.ServiceDefaults.Callers;

namespace VideoGen.Accounts.Tests.Users;

public sealed class Changing_the_password
{
    const string First = "correct horse battery";
    const string Second = "another horse, another battery";

    AccountsApplication _accounts = null!;

    [OneTimeSetUp]
    public async Task Start() => _accounts = await AccountsApplication.StartAsync(("Accounts:Users:SignInsPerEmail", "3"));

    [OneTimeTearDown]
    public Task Stop() => _accounts.DisposeAsync().AsTask();

    [Test]
    public async Task Ends_every_session_and_begins_a_new_one()
    {
        var (session, http) = await SignUpAsync("one@example.com");
        using var answer = await ChangeAsync(http, First, Second);
        var renewed = Session.Of(await answer.ReadAsync<TokenAnswer>());
        Assert.Multiple(async () =>
        {
            Assert.That(answer.Headers.CacheControl?.NoStore, Is.True);
            Assert.That(await StatusAsync(session), Is.EqualTo(HttpStatusCode.NotFound), "what was signed in before");
            Assert.That(await StatusAsync(renewed), Is.EqualTo(HttpStatusCode.OK));
            Assert.That((await SignInAsync("one@example.com", First)).StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
            Assert.That(await StatusAsync(
                Session.Of(await (await SignInAsync("one@example.com", Second)).ReadAsync<TokenAnswer>())), Is.EqualTo(HttpStatusCode.OK));
        });
    }

    [Test]
    public async Task Is_made_once_of_two_at_once()
    {
        var (_, http) = await SignUpAsync("two@example.com");
        var answers = await Task.WhenAll(ChangeAsync(http, First, Second + "1"), ChangeAsync(http, First, Second + "2"));
        Assert.That(answers.Select(answer => (int)answer.StatusCode).Order(), Is.EqualTo(new[] { 200, 400 }));
    }

    [TestCase("""{}""", "current_password,new_password")]
    [TestCase("""{"current_password":"correct horse battery","new_password":"short"}""", "new_password")]
    [TestCase("""{"current_password":"correct horse battery","new_password":"correct horse battery"}""", "new_password")]
    [TestCase("""{"current_password":"correct horse battery","new_password":"aaaaaaaaaaaa"}""", "new_password")]
    [TestCase("""{"current_password":"correct horse battery","new_password":"THREE@example.com"}""", "new_password")]
    [TestCase("""{"current_password":"wrong","new_password":"another horse, another battery"}""", "current_password")]
    [TestCase("""{"current_password":"x","new_password":"another horse, another battery","new":1}""", "new")]
    public async Task Names_what_is_wrong(string body, string faults)
    {
        var (_, http) = await SignUpAsync("three@example.com");
        using var answer = await http.PostTextAsync("/v1/account/password", body);
        Assert.That(string.Join(',', await answer.FaultsAsync()), Is.EqualTo(faults));
        Assert.That((await SignInAsync("three@example.com", First)).StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task Is_not_there_for_a_key()
    {
        var (_, http) = await SignUpAsync("four@example.com");
        var account = await http.GetFromJsonAsync<AccountView>("/v1/account", ApiJson.Options);
        using var key =
            _accounts.As(AccountsApplication.CallerOf(account!.Id) with { UserId = null, KeyId = Guid.CreateVersion7(), SeesBoth = false });
        Assert.That(await (await ChangeAsync(key, First, Second)).RefusalAsync(), Is.EqualTo("403 forbidden"));
    }

    [Test]
    public async Task Is_not_for_guessing()
    {
        var (session, http) = await SignUpAsync("five@example.com");
        for (var i = 0; i < 3; i++) Assert.That((await ChangeAsync(http, "wrong", Second)).StatusCode,
            Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(await (await ChangeAsync(http, First, Second)).RefusalAsync(), Is.EqualTo("429 rate_limited"));
        Assert.That(await StatusAsync(session), Is.EqualTo(HttpStatusCode.OK));
    }

    static Task<HttpResponseMessage> ChangeAsync(HttpClient http, string present, string wanted) =>
        http.PostAsJsonAsync("/v1/account/password", new ChangePasswordRequest(present, wanted), ApiJson.Options);

    Task<HttpResponseMessage> SignInAsync(string email, string password) =>
        _accounts.Anonymous.PostAsJsonAsync("/v1/auth/token", new TokenRequest(email, password), ApiJson.Options);

    async Task<HttpStatusCode> StatusAsync(Session session) =>
        (await _accounts.Inside.GetAsync($"/internal/identities/by-user/{session.User}?round={session.Round}")).StatusCode;

    /// <summary>The account of that address, made when it is not there yet, with its first password.</summary>
    async Task<(Session Session, HttpClient Http)> SignUpAsync(string email)
    {
        await _accounts.Anonymous.PostAsJsonAsync("/v1/accounts", new SignUpRequest(email, First), ApiJson.Options);
        var token = await (await SignInAsync(email, First)).ReadAsync<TokenAnswer>();
        var session = Session.Of(token);
        return (session,
            _accounts.As(
            new Caller(session.Account, session.User, KeyId: null, Test: false, "free", Scope.All, IsOperator: false, SeesBoth: true)));
    }

    sealed record Session(Guid User, Guid Account, int Round)
    {
        public static Session Of(TokenAnswer answer)
        {
            var token = new JsonWebToken(answer.AccessToken);
            return new Session(Guid.Parse(token.Subject), Guid.Parse(token.GetPayloadValue<string>("account")),
                token.GetPayloadValue<int>("round"));
        }
    }
}
