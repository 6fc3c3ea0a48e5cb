using System.Net;
using System.Text;
using System.Text.Json;
using VideoGen.System.Tests.Clients;

namespace VideoGen.System.Tests.Input;

/// <summary>
/// Every operation of the published document, with every kind of bad body and parameter: never a 5xx, always one problem
/// with a code. The list comes from the document, so a new route cannot be forgotten.
/// </summary>
[TestFixture]
public sealed class Sending_bad_input_to_every_route
{
    static readonly string Megabyte = new('x', 1_000_000);

    ApiDocument _api = null!;
    NativeClient _developer = null!;

    [OneTimeSetUp]
    public async Task Prepare()
    {
        _api = await ApiDocument.FetchAsync();
        _developer = await TheSystem.SignUpAsync();
        using var admin = new NativeClient(TheSystem.Gateway, TheSystem.OperatorKey);
        var account = await _developer.AccountAsync();
        using var plan = new StringContent("""{"plan":"enterprise"}""", Encoding.UTF8, "application/json");
        using var changed = await admin.Http.PutAsync($"/admin/v1/accounts/{account.Id}/plan", plan);
        Assert.That(changed.IsSuccessStatusCode, Is.True, await changed.Content.ReadAsStringAsync());
    }

    [OneTimeTearDown]
    public void Clear_away() => _developer.Dispose();

    [Test]
    public void Finds_the_document_complete() => Assert.That(_api.Operations.Select(operation => operation.ToString()), Is.SupersetOf(new[]
    {
        "POST /v1/jobs", "GET /v1/jobs", "GET /v1/jobs/{id}", "POST /v1/jobs/{id}/cancel", "DELETE /v1/jobs/{id}", "GET /v1/jobs/{id}/events",
        "POST /v1/quotes", "GET /v1/models", "POST /v1/uploads", "GET /v1/assets", "GET /v1/events", "POST /v1/webhooks/endpoints",
        "GET /v1/webhooks/deliveries", "GET /v1/account", "GET /v1/account/ledger", "POST /v1/account/keys", "POST /v1/accounts", "POST /v1/auth/token",
    }));

    [Test]
    public async Task Answers_a_malformed_body_with_a_problem()
    {
        // No body at all, and null, are fine where every member is optional.
        string[] bodies = ["", "{", "[]", "null", "\"text\"", "{\"a\":1,}", "{\"\\ud800\":1}", "\0", "[" + new string('[', 5000), Megabyte];
        var faults = new List<string>();
        foreach (var operation in _api.Operations.Where(operation => operation is { BodyProperties: not null, IsForOperators: false }))
            foreach (var body in bodies)
                await CheckAsync(operation, new StringContent(body, Encoding.UTF8, "application/json"), Short(body), refusal: body is not ("" or "null"), faults);
        Assert.That(faults, Is.Empty);
    }

    [Test]
    public async Task Answers_a_wrong_content_type_with_a_problem()
    {
        var faults = new List<string>();
        foreach (var operation in _api.Operations.Where(operation => operation is { BodyProperties: not null, IsForOperators: false }))
            foreach (var type in new[] { "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/xml" })
                await CheckAsync(operation, new StringContent("{}", Encoding.UTF8, type), type, refusal: true, faults);
        Assert.That(faults, Is.Empty);
    }

    [Test]
    public async Task Answers_a_bad_value_in_any_field_with_a_problem()
    {
        object?[] values = [null, "", 0, -1, 1e300, long.MaxValue, true, Array.Empty<int>(), new { }, Megabyte, "nul \0 inside", "עברית 🎬 \u202e", "\u0001"];
        var faults = new List<string>();
        foreach (var operation in _api.Operations.Where(operation => operation is { BodyProperties: not null, IsForOperators: false }))
            foreach (var property in operation.BodyProperties!)
                foreach (var value in values)
                {
                    var body = JsonSerializer.Serialize(new Dictionary<string, object?> { [property] = value });
                    await CheckAsync(operation, new StringContent(body, Encoding.UTF8, "application/json"), Short(body), refusal: false, faults);
                }
        Assert.That(faults, Is.Empty);
    }

    [Test]
    public async Task Answers_a_bad_parameter_with_a_problem()
    {
        string[] values = ["", "-1", "0", "99999999999999999999", "%00", "%F0%9F%8E%AC", "x'--", "null", new('9', 3000)];
        var faults = new List<string>();
        foreach (var operation in _api.Operations.Where(operation => operation is { Method: "GET", IsForOperators: false }))
            foreach (var parameter in operation.QueryParameters)
                foreach (var value in values)
                    await CheckAsync(operation, content: null, $"{parameter}={Short(value)}", refusal: false, faults, $"?{parameter}={value}");
        foreach (var operation in _api.Operations.Where(operation => operation.PathParameters.Count > 0))
            foreach (var value in new[] { "x", "..%2f..%2finternal", "00000000-0000-0000-0000-000000000000", "%F0%9F%8E%AC", new string('1', 2000) })
                await CheckAsync(operation, content: null, $"id {Short(value)}", refusal: true, faults, id: value);
        Assert.That(faults, Is.Empty);
    }

    async Task CheckAsync(Operation operation, HttpContent? content, string what, bool refusal, List<string> faults, string query = "", string? id = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(operation.Method), operation.With(id ?? Guid.NewGuid().ToString()) + query) { Content = content };
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var answer = await _developer.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
        var status = (int)answer.StatusCode;
        if (status < 400 && !refusal) return;
        var text = status < 400 ? "" : await answer.Content.ReadAsStringAsync();
        var isProblem = status is >= 400 and < 500 && answer.StatusCode != HttpStatusCode.TooManyRequests
            && (operation.Method == "HEAD" || text.Contains("\"code\":", StringComparison.Ordinal)) && answer.Content.Headers.ContentType?.MediaType == "application/problem+json";
        if (!isProblem) faults.Add($"{operation} with {what}: {status} {Short(text)}");
    }

    static string Short(string text) => text.Length > 120 ? text[..120] + "…" : text;
}
