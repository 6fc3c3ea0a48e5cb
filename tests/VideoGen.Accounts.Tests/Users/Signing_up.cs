using System.Net;
using System.Net.Http.Json;
using VideoGen.Accounts.Contracts;
using VideoGen.HttpApi;

namespace VideoGen.Accounts.Tests.Users;

public sealed class Signing_up
{
    const string Password = "correct horse battery";

    AccountsApplication _accounts = null!;

    [OneTimeSetUp]
    public async Task Start() => _accounts = await AccountsApplication.StartAsync(("Accounts:Users:TakenAnswersPerAddress", "1000"));

    [OneTimeTearDown]
    public Task Stop() => _accounts.DisposeAsync().AsTask();

    [Test]
    public async Task Opens_an_account_on_the_free_plan_with_its_credits()
    {
        var answer = await _accounts.Anonymous.PostAsJsonAsync("/v1/accounts", new SignUpRequest("Ada@Example.com", Password, " Ada 🚀 שלום "), ApiJson.Options);
        var account = await answer.ReadAsync<AccountView>();
        Assert.Multiple(() =>
        {
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Created));
            Assert.That((account.Email, account.Name, account.Plan), Is.EqualTo(("Ada@Example.com", "Ada 🚀 שלום", "free")));
            Assert.That(account.Credits, Is.EqualTo(new CreditsView(500, 0, 500)));
            Assert.That(account.CycleEndsAt, Is.GreaterThan(account.CycleStartedAt.AddDays(27)).And.LessThan(account.CycleStartedAt.AddDays(32)));
        });
        using var client = _accounts.As(account.Id);
        Assert.That(await client.GetFromJsonAsync<AccountView>("/v1/account", ApiJson.Options), Is.EqualTo(account));
    }

    [Test]
    public async Task Takes_the_name_from_the_address_when_none_is_given()
    {
        var account = await (await PostAsync(new { email = "grace.hopper@example.com", password = Password })).ReadAsync<AccountView>();
        Assert.That(account.Name, Is.EqualTo("grace.hopper"));
    }

    [Test]
    public async Task With_an_address_that_is_taken_whatever_its_case_is_refused()
    {
        await (await PostAsync(new { email = "twice@example.com", password = Password })).ReadAsync<AccountView>();
        Assert.That(await (await PostAsync(new { email = "TWICE@Example.COM", password = Password })).RefusalAsync(), Is.EqualTo("409 email_taken"));
    }

    [Test]
    public async Task Twenty_times_at_once_opens_one_account()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => PostAsync(new { email = "race@example.com", password = Password })));
        Assert.That(answers.Count(answer => answer.StatusCode == HttpStatusCode.Created), Is.EqualTo(1));
        Assert.That(answers.Count(answer => answer.StatusCode == HttpStatusCode.Conflict), Is.EqualTo(19));
    }

    [Test]
    public async Task Hears_of_every_fault_at_once()
    {
        var answer = await PostAsync(new { email = 7, password = "short", name = "", admin = true });
        Assert.That(await answer.FaultsAsync(), Is.EqualTo(new[] { "admin", "email", "name", "password" }));
        Assert.That(await (await PostAsync(new { })).FaultsAsync(), Is.EqualTo(new[] { "email", "password" }));
        Assert.That(await (await _accounts.Anonymous.PostTextAsync("/v1/accounts", """{"email":"a@b.co","email":"c@d.co","password":"correct horse battery"}""")).FaultsAsync(), Is.EqualTo(new[] { "email" }));
    }

    static IEnumerable<string> BadAddresses() =>
    [
        "", " ", "a", "@example.com", "a@", "a@b", "a b@example.com", "a@exa mple.com", "a@@example.com", "a@example..com", ".a@example.com", "a.@example.com",
        "a@-example.com", "a@example.com\u0000", "a\u0000@example.com", "a@example.com\nx: y", "😀@example.com", "שלום@example.com", "a@exämple.com", "\u202ea@example.com",
        new string('a', 65) + "@example.com", "a@" + new string('b', 250) + ".com", new string('x', 1_000_000), "a@example.com, b@example.com", "<a@example.com>", "\ud800@example.com",
    ];

    [TestCaseSource(nameof(BadAddresses))]
    public async Task With_something_that_is_no_address_names_the_field(string email)
    {
        var text = email.Contains('\ud800', StringComparison.Ordinal) ? "\"\\ud800@example.com\"" : System.Text.Json.JsonSerializer.Serialize(email);
        using var answer = await _accounts.Anonymous.PostTextAsync("/v1/accounts", $$"""{"email": {{text}}, "password": "{{Password}}"}""");
        Assert.That(await answer.FaultsAsync(), Is.EqualTo(new[] { "email" }));
    }

    static IEnumerable<string> BadPasswords() =>
        ["null", "\"\"", "\"123456789\"", "12345678901", "[]", "{}", "true", "\"aaaaaaaaaaaa\"", "\"with\\u0000null chars\"", "\"with\\nnew line\"", $"\"{new string('p', 129)}\"", $"\"{new string('p', 1_000_000)}\"", "\"\\ud800 half a pair\"", "\"who@example.com\""];

    [TestCaseSource(nameof(BadPasswords))]
    public async Task With_an_unusable_password_names_the_field(string json)
    {
        using var answer = await _accounts.Anonymous.PostTextAsync("/v1/accounts", $$"""{"email": "who@example.com", "password": {{json}}}""");
        Assert.That(await answer.FaultsAsync(), Is.EqualTo(new[] { "password" }));
    }

    [TestCase("5")]
    [TestCase("\"  \"")]
    [TestCase("\"a\\u0007b\"")]
    [TestCase("\"a\\u2028b\"")]
    public async Task With_an_unusable_name_names_the_field(string json)
    {
        using var answer = await _accounts.Anonymous.PostTextAsync("/v1/accounts", $$"""{"email": "who@example.com", "password": "{{Password}}", "name": {{json}}}""");
        Assert.That(await answer.FaultsAsync(), Is.EqualTo(new[] { "name" }));
    }

    [TestCase("", "400 invalid_request")]
    [TestCase("{", "400 malformed_json")]
    [TestCase("[]", "400 invalid_request")]
    [TestCase("\"text\"", "400 invalid_request")]
    [TestCase("null", "400 invalid_request")]
    [TestCase("{\"\\ud800\": 1}", "400 invalid_request")]
    [TestCase("{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":1}}}}}}}}}", "400 invalid_request")]
    public async Task With_a_body_that_is_no_object_is_refused(string body, string refusal) =>
        Assert.That(await (await _accounts.Anonymous.PostTextAsync("/v1/accounts", body)).RefusalAsync(), Is.EqualTo(refusal));

    [Test]
    public async Task With_another_content_type_or_too_much_is_refused()
    {
        Assert.That(await (await _accounts.Anonymous.PostTextAsync("/v1/accounts", "email=a", "application/x-www-form-urlencoded")).RefusalAsync(), Is.EqualTo("415 unsupported_media_type"));
        using var large = new HttpRequestMessage(HttpMethod.Post, "/v1/accounts") { Content = new StringContent($$"""{"email": "{{new string('a', 5_000_000)}}"}""", null, "application/json") };
        large.Headers.ExpectContinue = true; // so that the answer is read before the body is sent
        Assert.That(await (await _accounts.Anonymous.SendAsync(large)).RefusalAsync(), Is.EqualTo("413 payload_too_large"));
        Assert.That(await (await _accounts.Anonymous.PutAsync("/v1/accounts", null)).RefusalAsync(), Is.EqualTo("405 method_not_allowed"));
    }

    [Test]
    public async Task Stores_no_password()
    {
        await (await PostAsync(new { email = "stored@example.com", password = Password })).ReadAsync<AccountView>();
        var hash = await _accounts.Database.ScalarAsync<string>("select password_hash from users where email_key = 'stored@example.com'");
        Assert.That(Convert.FromBase64String(hash!), Has.Length.EqualTo(61), "Identity's format 3: marker, parameters, 16 bytes of salt, 32 of key");
        Assert.That(hash, Does.Not.Contain(Password));
    }

    Task<HttpResponseMessage> PostAsync(object body) => _accounts.Anonymous.PostAsJsonAsync("/v1/accounts", body, ApiJson.Options);
}

public sealed class Signing_up_too_often
{
    [Test]
    public async Task To_find_out_who_has_an_account_ends_soon_and_tells_nothing_then()
    {
        await using var accounts = await AccountsApplication.StartAsync(("Accounts:Users:TakenAnswersPerAddress", "3"));
        await TryAsync("known@example.com");
        var asked = new List<int>();
        for (var time = 0; time < 5; time++) asked.Add(await TryAsync("known@example.com"));
        Assert.That(asked, Is.EqualTo(new[] { 409, 409, 409, 429, 429 }));
        Assert.That(await TryAsync("nobody@example.com"), Is.EqualTo(429), "a free address gets the same answer");

        async Task<int> TryAsync(string email) =>
            (int)(await accounts.Anonymous.PostAsJsonAsync("/v1/accounts", new SignUpRequest(email, "correct horse battery"),
                ApiJson.Options)).StatusCode;
    }

    [Test]
    public async Task From_one_address_has_to_wait()
    {
        await using var accounts = await AccountsApplication.StartAsync(("Accounts:Users:SignUpsPerAddress", "2"));
        var answers = new List<HttpResponseMessage>();
        for (var time = 0; time < 3; time++)
            answers.Add(await accounts.Anonymous.PostAsJsonAsync("/v1/accounts", new SignUpRequest($"a{time}@example.com", "correct horse battery"), ApiJson.Options));
        Assert.That(answers.Select(answer => (int)answer.StatusCode), Is.EqualTo(new[] { 201, 201, 429 }));
        Assert.That(answers[2].Headers.RetryAfter?.Delta, Is.GreaterThan(TimeSpan.FromMinutes(50)));

        using var elsewhere = accounts.Client(token: null);
        elsewhere.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.9");
        await (await elsewhere.PostAsJsonAsync("/v1/accounts", new SignUpRequest("a9@example.com", "correct horse battery"), ApiJson.Options)).ReadAsync<AccountView>();
    }
}
