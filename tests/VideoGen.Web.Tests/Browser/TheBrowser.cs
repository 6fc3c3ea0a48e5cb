using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace VideoGen.Web.Tests.Browser;

/// <summary>The system's own Chromium, without a window; one process for the fixtures of this folder.</summary>
[SetUpFixture]
public sealed class TheBrowser
{
    static readonly string[] Places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    static readonly string[] Flags =
        ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

    static IPlaywright? _playwright;
    static IBrowser? _browser;

    [OneTimeSetUp]
    public static async Task StartAsync()
    {
        if (Places.FirstOrDefault(File.Exists) is not { } program)
        {
            const string Reason = "Chromium is not installed (package chromium).";
            if (string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase)) Assert.Fail(Reason);
            Assert.Ignore(Reason);
            return;
        }
        Assertions.SetDefaultExpectTimeout(30_000);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = program, Headless = true, Args = Flags });
    }

    [OneTimeTearDown]
    public static async Task StopAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        _playwright?.Dispose();
    }

    /// <summary>A window of its own, with cookies of its own, that notes what goes wrong in it.</summary>
    internal static async Task<Window> OpenAsync(Uri address) => await Window.OpenAsync(_browser!, address);
}

/// <summary>One window on one page.</summary>
internal sealed class Window : IAsyncDisposable
{
    readonly IBrowserContext _context;
    readonly List<string> _faults = [];

    Window(IBrowserContext context, IPage page)
    {
        (_context, Page) = (context, page);
        page.PageError += (_, error) => _faults.Add(error);
        // A line that the server's end cut is the only error that the console may show.
        page.Console += (_, message) =>
        {
            if (message.Type == "error" && !message.Text.Contains("net::ERR_", StringComparison.Ordinal) && !message.Text.Contains("status of 50", StringComparison.Ordinal))
                _faults.Add(message.Text);
        };
        page.Dialog += async (_, dialog) =>
        {
            _faults.Add("dialog " + dialog.Message);
            await dialog.DismissAsync();
        };
    }

    public IPage Page { get; }

    /// <summary>Errors of scripts, and what the page's policy refused.</summary>
    public IReadOnlyList<string> Faults => _faults;

    public static async Task<Window> OpenAsync(IBrowser browser, Uri address)
    {
        var context = await browser.NewContextAsync(new BrowserNewContextOptions { BaseURL = address.ToString(), ViewportSize = new ViewportSize { Width = 1400, Height = 900 } });
        context.SetDefaultTimeout(30_000);
        return new Window(context, await context.NewPageAsync());
    }

    /// <summary>Opens the page, waits until it is live, and marks it: a page loaded anew has no mark.</summary>
    public async Task WatchAsync(string path = "/video-monitor")
    {
        await Page.GotoAsync(path);
        await LiveAsync();
        await Page.EvaluateAsync("() => { window.mark = 'first' }");
    }

    public Task LiveAsync() => Page.Locator("#link[data-state=on]").WaitForAsync();

    public Task<bool> IsFirstAsync() => Page.EvaluateAsync<bool>("() => window.mark === 'first'");

    public ILocator Card(Guid id, string status = "") => Page.Locator($"#job-{id}{(status.Length > 0 ? $"[data-status={status}]" : "")}");

    public Task<int> CountAsync() => Page.Locator("#jobs > .card").CountAsync();

    /// <summary>For those who want to look: a picture in the folder that <c>VIDEOGEN_PICTURES</c> names.</summary>
    public async Task PictureAsync(string name)
    {
        if (Environment.GetEnvironmentVariable("VIDEOGEN_PICTURES") is { Length: > 0 } folder)
            await Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, name + ".png") });
    }

    /// <summary>
    /// No serious fault of accessibility, and nothing wider than the window. With <c>VIDEOGEN_PICTURES</c> in both colours, and a
    /// picture of each at both
    /// widths.
    /// </summary>
    public async Task JudgeAsync(string name)
    {
        var folder = Environment.GetEnvironmentVariable("VIDEOGEN_PICTURES");
        foreach (var scheme in folder is { Length: > 0 } ? (ColorScheme[])[ColorScheme.Light, ColorScheme.Dark] : [ColorScheme.Light])
        {
            await Page.EmulateMediaAsync(new() { ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce });
            var verdict = await Page.RunAxe();
            Assert.That(verdict.Violations.Where(fault => fault.Impact is "serious" or "critical")
                .Select(fault => $"{name}, {scheme}: {fault.Help}: {fault.Nodes[0].Html}"), Is.Empty);
            if (folder is not { Length: > 0 }) continue;
            await PictureAsync($"{name}-{scheme}-desktop", folder, 1400, 900);
            await PictureAsync($"{name}-{scheme}-phone", folder, 390, 844);
        }
        await Page.SetViewportSizeAsync(390, 844);
        Assert.That(await Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth"), Is.LessThanOrEqualTo(390),
            $"{name} fits a phone");
        const string Cut = "() => [...document.querySelectorAll('nav')].filter(nav => nav.scrollWidth > nav.clientWidth).length";
        Assert.That(await Page.EvaluateAsync<int>(Cut), Is.Zero, $"no navigation of {name} is cut off on a phone");
        await Page.SetViewportSizeAsync(1400, 900);
    }

    async Task PictureAsync(string name, string folder, int width, int height)
    {
        await Page.SetViewportSizeAsync(width, height);
        await Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, name + ".png"), FullPage = width < height });
    }

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();
}
