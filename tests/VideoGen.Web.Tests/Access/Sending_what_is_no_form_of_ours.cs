using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;

namespace VideoGen.Web.Tests.Access;

/// <summary>Refused by its first bytes: nobody's body is kept before it is known whose it is.</summary>
[TestFixture]
public sealed class Sending_what_is_no_form_of_ours
{
    PagesApplication _pages = null!;
    HttpClient _customer = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _pages = await PagesApplication.StartAsync();
        _customer = await _pages.CustomerAsync();
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        _customer.Dispose();
        await _pages.DisposeAsync();
    }

    [TestCase("/studio/uploads", 400)]
    [TestCase("/studio/jobs", 415)]
    [TestCase("/account/keys", 415)]
    [TestCase("/web/world", 415)]
    [TestCase("/web/sign-in", 415)]
    [TestCase("/web/sign-up", 415)]
    public async Task A_multipart_body_is_refused_before_its_end_has_come(string path, int status)
    {
        // The body announces 50 MB and never comes: an answer that waits for it would not come either.
        const string Head = "Host: x\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 50000000\r\n";
        var begun = $"POST {path} HTTP/1.1\r\n{Head}Cookie: {await CookiesAsync()}\r\n\r\n--b\r\n";
        Assert.That(await StatusOfAsync(begun), Is.EqualTo(status));
    }

    [TestCase("/studio/jobs")]
    [TestCase("/web/sign-in")]
    public async Task A_form_that_announces_too_much_is_refused_unread(string path)
    {
        const string Head = "Host: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 50000000\r\n";
        Assert.That(await StatusOfAsync($"POST {path} HTTP/1.1\r\n{Head}Cookie: {await CookiesAsync()}\r\n\r\nform=x"), Is.EqualTo(413));
    }

    [TestCase("/studio/jobs")]
    [TestCase("/web/sign-up")]
    public async Task A_form_that_turns_out_too_long_is_refused(string path)
    {
        using var body = new StreamContent(new LongField());
        body.Headers.ContentType = new MediaTypeHeaderValue("application/x-www-form-urlencoded");
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = body };
        request.Headers.TransferEncodingChunked = true;
        using var answer = await _customer.SendAsync(request);
        Assert.That((int)answer.StatusCode, Is.EqualTo(413));
    }

    [TestCase("/studio/jobs")]
    [TestCase("/web/sign-in")]
    public async Task A_form_of_thousands_of_fields_is_refused_and_is_no_fault_of_ours(string path)
    {
        using var form = new FormUrlEncodedContent(Enumerable.Range(0, 5000).Select(i => KeyValuePair.Create($"field{i}", "x")));
        using var answer = await _customer.PostAsync(path, form);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain("more fields"));
    }

    async Task<string> CookiesAsync()
    {
        var cookies = new CookieContainer();
        using var browser = _pages.NewBrowser(cookies);
        var (email, password) = _pages.Backend.AddUser(isOperator: false);
        using var signedIn = await PagesApplication.SignInAsync(browser, email: email, password: password, target: "/");
        return cookies.GetCookieHeader(_pages.Address);
    }

    async Task<int> StatusOfAsync(string request)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var client = new TcpClient();
        await client.ConnectAsync(_pages.Address.Host, _pages.Address.Port, deadline.Token);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request), deadline.Token);
        using var reader = new StreamReader(stream);
        var line = await reader.ReadLineAsync(deadline.Token) ?? "";
        return int.Parse(line.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>A field that is longer than any form, in pieces whose length nobody tells before.</summary>
    sealed class LongField() : MemoryStream(Encoding.ASCII.GetBytes("form=" + new string('x', 1_200_000)))
    {
        public override bool CanSeek => false;
    }
}
