using System.Text;
using VideoGen.Gateway.Dialects;
using VideoGen.Gateway.Tests.Dialects;

namespace VideoGen.Gateway.Tests.Limits;

/// <summary>No header of ours may carry such a key on, and its sender relies on it: it is refused by its name, in every API.</summary>
[TestFixture]
public sealed class Sending_an_idempotency_key_past_ASCII
{
    static readonly string[] Keys = ["k-Müller", "鍵", "a\u0080b", "🔑"];

    GatewayApplication _gateway = null!;
    string _key = "";

    [OneTimeSetUp]
    public async Task Start()
    {
        _gateway = await GatewayApplication.StartAsync();
        _key = _gateway.Services.AddKey();
    }

    [OneTimeTearDown]
    public async Task Stop() => await _gateway.DisposeAsync();

    static IEnumerable<TestCaseData> Routes() =>
        from route in DialectExtensions.All.SelectMany(DialectRoutes.Of).Where(route => !route.IsPublic)
            .Append((Method: "POST", Path: "/v1/jobs", IsPublic: false))
            .Append((Method: "POST", Path: $"/admin/v1/accounts/{Guid.Empty}/grants", IsPublic: false))
        where route.Method == "POST"
        from key in Keys
        select new TestCaseData(route.Path, key);

    [TestCaseSource(nameof(Routes))]
    public async Task Is_400_that_names_it(string path, string idempotencyKey)
    {
        const string Body = "{}";
        byte[] request =
        [
            .. Encoding.ASCII.GetBytes($"POST {path} HTTP/1.1\r\nHost: gateway\r\nX-API-Key: {_key}\r\nAuthorization: Bearer {_key}\r\n"),
            .. Encoding.ASCII.GetBytes($"Content-Type: application/json\r\nContent-Length: {Body.Length}\r\nConnection: close\r\n"),
            .. "Idempotency-Key: "u8, .. Encoding.UTF8.GetBytes(idempotencyKey), .. Encoding.ASCII.GetBytes($"\r\n\r\n{Body}"),
        ];
        var answer = await RawConnection.SendAsync(_gateway.Address, request);
        Assert.Multiple(() =>
        {
            Assert.That(answer, Does.StartWith("HTTP/1.1 400 "));
            Assert.That(answer, Does.Contain("Idempotency-Key"));
        });
    }
}
