using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace VideoGen.Web.Tests;

/// <summary>The real Web service on a port of loopback, in front of a scripted system; browsers of it keep cookies.</summary>
internal sealed partial class PagesApplication : IAsyncDisposable
{
    public const string SessionKey = "a-session-key-for-tests-of-more-than-32-characters";

    readonly WebApplication _app;
    readonly bool _ownsBackend;

    PagesApplication(WebApplication app, Backend backend, bool ownsBackend) => (_app, Backend, _ownsBackend) = (app, backend, ownsBackend);

    public Backend Backend { get; }

    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    public T Get<T>() where T : notnull => _app.Services.GetRequiredService<T>();

    public static Task<PagesApplication> StartAsync(params string[] settings) => StartAsync(backend: null, time: null, settings);

    /// <param name="settings">As <c>Section:Name=value</c>.</param>
    public static async Task<PagesApplication> StartAsync(Backend? backend, TimeProvider? time, params string[] settings)
    {
        var system = backend ?? await Backend.StartAsync();
        string[] all =
        [
            "urls=http://127.0.0.1:0", "Caller:SigningKey=a-caller-key-for-tests-of-more-than-32-characters", $"Web:Session:Key={SessionKey}", "Links:PublicUrl=http://gateway.example",
            $"services:accounts:http:0={system.Address}", $"services:jobs:http:0={system.Address}",
            $"services:providers:http:0={system.Address}", $"services:storage:http:0={system.Address}", "ConnectionStrings:rabbitmq=",
                .. settings,
        ];
        var app = WebService.Build([.. all.Select(setting => "--" + setting)], builder =>
        {
            builder.Logging.ClearProviders();
            if (time is not null) builder.Services.AddSingleton(time);
        });
        await app.StartAsync();
        return new PagesApplication(app, system, ownsBackend: backend is null);
    }

    /// <summary>A browser without scripts: it keeps cookies and does not follow redirects.</summary>
    public HttpClient NewBrowser(CookieContainer? cookies = null) =>
        new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, CookieContainer = cookies ?? new CookieContainer() }) { BaseAddress = Address };

    /// <summary>A browser in which an operator has signed in.</summary>
    public async Task<HttpClient> SignedInAsync(string? key = null)
    {
        var browser = NewBrowser();
        using var answer = await SignInAsync(browser, key ?? Backend.AddKey(isOperator: true));
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Redirect));
        return browser;
    }

    /// <summary>A browser in which a customer has signed in.</summary>
    public async Task<HttpClient> CustomerAsync(int submitsPerMinute = 60)
    {
        var browser = NewBrowser();
        var (email, password) = Backend.AddUser(isOperator: false, submitsPerMinute);
        using var answer = await SignInAsync(browser, email: email, password: password, target: "/");
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Redirect));
        return browser;
    }

    /// <summary>The token of a page's forms.</summary>
    public static async Task<string> TokenOfAsync(HttpClient browser, string page = "/") =>
        WebUtility.HtmlDecode(Token().Match(await browser.GetStringAsync(page)).Groups[1].Value);

    /// <summary>Sends a form of a page.</summary>
    /// <param name="isPart">As htmx does.</param>
    public static async Task<HttpResponseMessage> PostAsync(HttpClient browser, string path, string token, bool isPart = false,
        params (string Name, string Value)[] fields)
    {
        using var form = new FormUrlEncodedContent(
            fields.Prepend(("form", token)).Select(field => KeyValuePair.Create(field.Item1, field.Item2)));
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = form };
        if (isPart) request.Headers.Add("HX-Request", "true");
        return await browser.SendAsync(request);
    }

    /// <summary>Fills in the form as a person would.</summary>
    public static async Task<HttpResponseMessage> SignInAsync(HttpClient browser, string key = "", string email = "", string password = "", string target = "/video-monitor", string from = "")
    {
        var form = await browser.GetStringAsync("/web/sign-in");
        using var fields = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["form"] = WebUtility.HtmlDecode(Token().Match(form).Groups[1].Value),
            ["return"] = target,
            ["key"] = key,
            ["email"] = email,
            ["password"] = password,
        });
        using var request = new HttpRequestMessage(HttpMethod.Post, "/web/sign-in") { Content = fields };
        if (from.Length > 0) request.Headers.Add("X-Forwarded-For", from);
        return await browser.SendAsync(request);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        if (_ownsBackend) await Backend.DisposeAsync();
    }

    [GeneratedRegex("name=\"form\" value=\"([^\"]+)\"")]
    public static partial Regex Token();
}
