using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using VideoGen.System.Tests.Clients;

namespace VideoGen.System.Tests.Input;

/// <summary>
/// Every operation of the published document, operators' too, with what it does not know: names and members that are unknown,
/// doubled, empty or no sound text, times without an offset, encoded bodies, ids in other forms, headers beyond ASCII. The answer
/// names each fault by its field, and no word of the framework gets out. The list comes from the document, so a new route can't
/// be forgotten.
/// </summary>
[TestFixture]
public sealed partial class Sending_what_no_route_knows
{
    /// <summary>A signed link's own; without a credential beside it they are the credential.</summary>
    static readonly string[] Signature = ["signature", "expires", "download", "direct"];

    ApiDocument _api = null!;
    NativeClient _developer = null!;
    NativeClient _operator = null!;

    [OneTimeSetUp]
    public async Task Prepare()
    {
        _api = await ApiDocument.FetchAsync();
        _developer = (await TheSystem.NewCustomerAsync(credits: 500, plan: "enterprise")).Native;
        _operator = new NativeClient(TheSystem.Gateway, TheSystem.OperatorKey);
    }

    [OneTimeTearDown]
    public void Clear_away()
    {
        _developer.Dispose();
        _operator.Dispose();
    }

    [Test]
    public async Task Names_what_is_wrong_with_a_query()
    {
        var faults = new List<string>();
        foreach (var operation in _api.Operations)
        {
            await CheckAsync(operation, faults, 400, ["tset", "limti"], "?tset=true&limti=1");
            await CheckAsync(operation, faults, 400, ["query"], "?%FF=1");
            foreach (var name in operation.QueryParameters.Except(Signature))
            {
                await CheckAsync(operation, faults, 400, [name], $"?{name}=");
                await CheckAsync(operation, faults, 400, [name], $"?{name}=%FF");
                await CheckAsync(operation, faults, 400, [name], $"?{name}=%00");
                await CheckAsync(operation, faults, 400, [name.ToUpperInvariant()], $"?{name.ToUpperInvariant()}=1");
                await CheckAsync(operation, faults, 400, [name], $"?{name}=1&{name}=1");
            }
            foreach (var name in operation.TimeParameters)
                foreach (var time in (string[])["2026-01-31T12:00:00", "2026-01-31", "1769860800", "31.01.2026",
                    "2026-01-31T12:00:00 Europe/Berlin"])
                    await CheckAsync(operation, faults, 400, [name], $"?{name}={Uri.EscapeDataString(time)}");
        }
        Assert.That(faults, Is.Empty);
    }

    [Test]
    public async Task Names_what_is_wrong_with_a_body()
    {
        (byte[] Body, string[] Named)[] bodies =
        [
            ("{\"surprise\":1,\"second\":2}"u8.ToArray(), ["surprise", "second"]),
            ("{\"surprise\":1,\"surprise\":2}"u8.ToArray(), ["surprise"]),
            ("{\"surprise\":\"\\u0000\"}"u8.ToArray(), ["surprise"]),
            ("{\"surprise\":\"\\udc00\"}"u8.ToArray(), ["surprise"]),
            ("[]"u8.ToArray(), ["body"]),
            ("7"u8.ToArray(), ["body"]),
            ("{"u8.ToArray(), []),
            ([.. "{\"surprise\":\""u8, 0xFF, .. "\"}"u8], []),
            ([.. "{\"surprise\":\""u8, 0xED, 0xA0, 0x80, .. "\"}"u8], []),
        ];
        var faults = new List<string>();
        foreach (var operation in _api.Operations.Where(operation => operation.Method != "GET" && operation.Path != "/v1/uploads"))
            foreach (var (body, named) in bodies)
                await CheckAsync(operation, faults, 400, named, content: body);
        Assert.That(faults, Is.Empty);
    }

    [Test]
    public async Task Names_the_required_members_when_there_is_no_body()
    {
        var faults = new List<string>();
        foreach (var (path, named) in new (string, string[])[]
        {
            ("/v1/webhooks/endpoints", ["url"]), ("/v1/webhooks/deliveries/replay", ["since"]), ("/v1/account/keys", ["name"]),
                ("/v1/jobs", ["model", "input"]), ("/v1/quotes", ["model", "input"]),
        })
            await CheckAsync(_api.Operations.Single(operation => operation.Path == path && operation.Method == "POST"), faults, 400, named);
        Assert.That(faults, Is.Empty);
    }

    [Test]
    public async Task Refuses_an_encoded_body_and_says_which()
    {
        var faults = new List<string>();
        foreach (var operation in _api.Operations.Where(operation => operation.Method is not ("GET" or "HEAD")))
            foreach (var encoding in (string[])["gzip", "br", "deflate", "zstd", "gzip, identity"])
                await CheckAsync(operation, faults, 415, [], content: "{}"u8.ToArray(), change: request =>
                    request.Content!.Headers.TryAddWithoutValidation("Content-Encoding", encoding), says: encoding.Split(',')[0]);
        Assert.That(faults, Is.Empty);
    }

    [Test]
    public async Task Knows_an_id_in_one_form_only()
    {
        const string Id = "0194d3a0-0000-7000-8000-000000000000";
        var faults = new List<string>();
        foreach (var operation in _api.Operations.Where(operation => operation.PathParameters.Contains("id")))
            foreach (var id in (string[])["%7B" + Id + "%7D", "(" + Id + ")", Id.Replace("-", "", StringComparison.Ordinal), "%20"
                + Id, Id + "%20"])
                await CheckAsync(operation, faults, 404, [], id: id);
        Assert.That(faults, Is.Empty);
    }

    [Test]
    public async Task Answers_as_if_a_header_that_is_not_ascii_were_not_there()
    {
        var faults = new List<string>();
        foreach (var operation in _api.Operations.Where(operation =>
            operation.Method is "GET" && !operation.Path.EndsWith("/events", StringComparison.Ordinal)
            && !operation.Path.EndsWith("/stream", StringComparison.Ordinal)))
        {
            var plain = await StatusOfAsync(operation, header: null);
            foreach (var name in (string[])["X-Customer", "User-Agent", "Cookie", "If-None-Match"])
                if (await StatusOfAsync(operation, name) is var status
                    && status != plain) faults.Add($"{operation} with {name}: {status} instead of {plain}");
        }
        Assert.That(faults, Is.Empty);
    }

    async Task<HttpStatusCode> StatusOfAsync(Operation operation, string? header)
    {
        using var handler = new SocketsHttpHandler { RequestHeaderEncodingSelector = (_, _) => Encoding.Latin1, AllowAutoRedirect = false };
        using var http = new HttpClient(handler);
        using var request = new HttpRequestMessage(HttpMethod.Get, TheSystem.Gateway + operation.With(Guid.NewGuid().ToString()));
        request.Headers.Authorization =
            new AuthenticationHeaderValue("Bearer", operation.IsForOperators ? TheSystem.OperatorKey : TheSystem.ApiKey);
        if (header is not null) request.Headers.TryAddWithoutValidation(header, "M\u00FCller");
        using var answer = await http.SendAsync(request);
        return answer.StatusCode;
    }

    async Task CheckAsync(
        Operation operation, List<string> faults, int status, string[] named, string query = "", string? id = null, byte[]? content = null,
        Action<HttpRequestMessage>? change = null, string? says = null)
    {
        using var request =
            new HttpRequestMessage(new HttpMethod(operation.Method), operation.With(id ?? Guid.NewGuid().ToString()) + query);
        if (content is not null) request.Content =
            new ByteArrayContent(content) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        change?.Invoke(request);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var answer = await (operation.IsForOperators ? _operator : _developer)
            .Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
        var text = await answer.Content.ReadAsStringAsync(limit.Token);
        var what = $"{operation}{query} {(content is null ? "" : Encoding.UTF8.GetString(content))}: {(int)answer.StatusCode} {text}";
        if ((int)answer.StatusCode != status || Framework().IsMatch(text)
            || (says is not null && !text.Contains(says, StringComparison.Ordinal)))
        {
            faults.Add(what);
            return;
        }
        if (operation.Method == "HEAD" || named.Length == 0) return;
        using var problem = JsonDocument.Parse(text);
        if (!problem.RootElement.TryGetProperty("errors", out var errors)
            || named.Any(name => !errors.TryGetProperty(name, out _))) faults.Add("not named: " + what);
    }

    [GeneratedRegex(
        @"Microsoft\.|System\.|Kestrel|BadHttpRequest|Failed to |[Pp]arameter ""|Required parameter|Implicit body|Nullable|JsonException|LineNumber")]
    private static partial Regex Framework();
}
