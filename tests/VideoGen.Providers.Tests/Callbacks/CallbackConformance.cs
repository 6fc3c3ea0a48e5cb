using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using VideoGen.Providers.Connectors;
using VideoGen.Providers.Contracts.Events;
using VideoGen.Providers.Tests.Connectors.Described;
using VideoGen.Providers.Tests.Harness;
using VideoGen.Testing;

namespace VideoGen.Providers.Tests.Callbacks;

/// <summary>A vendor's request before it is sent, so that a test can spoil it.</summary>
internal sealed record SignedCallback(byte[] Body, IReadOnlyDictionary<string, string> Headers, string Query = "");

/// <summary>
/// What every source of callbacks must do. A fixture derives from this with a vendor and its way of signing. The vendor's connector is
/// replaced by one whose answers the test decides, and which is asked so rarely that only a callback can tell in time.
/// </summary>
internal abstract class CallbackConformance
{
    FakeVendor _vendor = null!;
    string _catalog = "";
    ProvidersApplication _providers = null!;

    protected abstract string Vendor { get; }

    /// <summary>The settings that let callbacks in.</summary>
    protected abstract IReadOnlyList<(string Name, string Value)> Settings { get; }

    /// <summary>True when the signature covers a time, so that an old request can be told from a new one.</summary>
    protected virtual bool HasTime => true;

    /// <summary>As the vendor would send it: about this work, which has ended well.</summary>
    /// <param name="message">Stands for the message: the same for a repetition.</param>
    protected abstract SignedCallback Sign(string message, string vendorId, DateTimeOffset at);

    /// <summary>As the vendor would send it if it ever sent nothing.</summary>
    protected abstract SignedCallback SignNothing(string message, DateTimeOffset at);

    [OneTimeSetUp]
    public async Task Start()
    {
        _catalog = Directory.CreateTempSubdirectory("videogen-catalog-").FullName;
        Directory.CreateDirectory(Path.Combine(_catalog, "models"));
        Descriptions.CopyTo(_catalog, Vendor);
        var model = await File.ReadAllTextAsync(Path.Combine(ServiceSettings.CatalogFolder, "models", "wan2.1.json"));
        await File.WriteAllTextAsync(
            Path.Combine(_catalog, "models", "wan2.1.json"), model.Replace("\"connector\": \"simulator\"", $"\"connector\": \"{Vendor}\"", StringComparison.Ordinal));
        _vendor = new FakeVendor(Vendor) { PollEvery = TimeSpan.FromHours(1) };
        _providers = await StartAsync([("Catalog:Folder", _catalog), .. Settings]);
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _providers.DisposeAsync();
        Directory.Delete(_catalog, recursive: true);
    }

    [Test]
    public async Task A_genuine_one_has_the_vendor_asked_once_for_each_message_and_its_own_word_is_not_believed()
    {
        var (job, work, asked) = await RunningAsync();

        Assert.That(await SendAsync(Sign("m1", work, Now)), Is.EqualTo(HttpStatusCode.OK));
        await Eventually.ThatAsync(() => asked.Count == 1);
        Assert.That(await SendAsync(Sign("m1", work, Now)), Is.EqualTo(HttpStatusCode.OK), "a repetition");
        Assert.That(_providers.Jobs.EventsOf<GenerationSucceeded>(job), Is.Empty, "the vendor says that it still runs");

        asked.IsDone = true;
        Assert.That(await SendAsync(Sign("m2", work, Now)), Is.EqualTo(HttpStatusCode.OK));
        await _providers.Jobs.WaitForAsync<GenerationSucceeded>(job);
        Assert.That(asked.Count, Is.EqualTo(2), "once for each message, not for its repetition");
        Assert.That(await SendAsync(Sign("m3", work, Now)), Is.EqualTo(HttpStatusCode.OK), "the job has ended");
        Assert.That(_providers.Jobs.EventsOf<GenerationSucceeded>(job), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task One_with_a_changed_byte_is_refused_and_leaves_its_message_to_be_sent_again()
    {
        var (_, work, asked) = await RunningAsync();
        var genuine = Sign("changed", work, Now);
        foreach (var place in (int[])[0, genuine.Body.Length / 2, genuine.Body.Length - 1])
            Assert.That(await SendAsync(genuine with { Body = Changed(genuine.Body, place) }), Is.EqualTo(HttpStatusCode.Unauthorized), $"byte {place}");
        Assert.That(asked.Count, Is.Zero);

        Assert.That(await SendAsync(genuine), Is.EqualTo(HttpStatusCode.OK));
        await Eventually.ThatAsync(() => asked.Count == 1);
    }

    [Test]
    public async Task One_without_its_headers_is_refused() =>
        Assert.That(await SendAsync(Sign("bare", "w", Now) with { Headers = new Dictionary<string, string>() }), Is.EqualTo(HttpStatusCode.Unauthorized));

    [Test]
    public async Task An_old_one_is_refused()
    {
        Assume.That(HasTime, "the vendor signs no time");
        Assert.That(await SendAsync(Sign("old", "w", Now.AddHours(-1))), Is.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That(await SendAsync(Sign("old", "w", Now.AddHours(1))), Is.EqualTo(HttpStatusCode.Unauthorized), "of the future");
    }

    [Test]
    public async Task One_about_unknown_work_is_taken() => Assert.That(await SendAsync(Sign("unknown", "nobody-knows-it", Now)), Is.EqualTo(HttpStatusCode.OK));

    /// <summary>A vendor may be faster than the note of its own id.</summary>
    [Test]
    public async Task One_that_was_about_unknown_work_counts_when_its_message_comes_again()
    {
        var (_, work, asked) = await RunningAsync();
        Assert.That(await SendAsync(Sign("early", "nobody-knows-it-yet", Now)), Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await SendAsync(Sign("early", work, Now)), Is.EqualTo(HttpStatusCode.OK));
        await Eventually.ThatAsync(() => asked.Count == 1);
    }

    [Test]
    public async Task An_empty_one_is_taken_when_it_is_signed_and_refused_when_not()
    {
        Assert.That(await SendAsync(SignNothing("empty", Now)), Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await SendAsync(new SignedCallback([], new Dictionary<string, string>())), Is.EqualTo(HttpStatusCode.Unauthorized));
    }

    [Test]
    public async Task A_huge_one_is_not_read() =>
        Assert.That(await SendAsync(Sign("huge", new string('x', 2 << 20), Now)), Is.EqualTo(HttpStatusCode.RequestEntityTooLarge));

    [Test]
    public async Task Copies_at_once_are_all_taken() => Assert.That(
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => SendAsync(Sign("copies", "nobody-knows-it", Now)))), Is.All.EqualTo(HttpStatusCode.OK));

    [Test]
    public async Task Another_vendors_door_does_not_exist() =>
        Assert.That(await SendAsync(Sign("m", "w", Now), door: "no-such-vendor"), Is.EqualTo(HttpStatusCode.NotFound));

    [Test]
    public async Task Without_a_secret_nothing_is_believed()
    {
        await using var closed = await StartAsync([("Catalog:Folder", _catalog)]);
        Assert.That(await SendAsync(Sign("m", "w", Now), providers: closed), Is.EqualTo(HttpStatusCode.ServiceUnavailable));
    }

    static DateTimeOffset Now => DateTimeOffset.UtcNow;

    static byte[] Changed(byte[] body, int place)
    {
        var changed = (byte[])body.Clone();
        changed[place] ^= 1;
        return changed;
    }

    Task<ProvidersApplication> StartAsync((string Name, string Value)[] settings) => ProvidersApplication.StartAsync(
        services =>
        {
            services.RemoveAll<IConnector>();
            services.AddSingleton<IConnector>(_vendor);
        },
        settings);

    /// <summary>A job that runs at the vendor, and how often the vendor is asked from now on.</summary>
    async Task<(Guid Job, string Work, Asked Asked)> RunningAsync()
    {
        var asked = new Asked();
        _vendor.OnGet = _ => asked.Answer();
        var job = await _providers.Jobs.StartAsync("wan2.1", new { prompt = "x" });
        var attempt = (await _providers.Jobs.WaitForAsync<GenerationStarted>(job)).AttemptId;
        return (job, $"{Vendor}-{attempt}", asked);
    }

    async Task<HttpStatusCode> SendAsync(SignedCallback callback, string? door = null, ProvidersApplication? providers = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/callbacks/{door ?? Vendor}{callback.Query}") { Content = new ByteArrayContent(callback.Body) };
        request.Content.Headers.Add("Content-Type", "application/json");
        // So that a refusal can be read before the body has been sent.
        request.Headers.ExpectContinue = callback.Body.Length > 1 << 20;
        foreach (var (name, value) in callback.Headers) request.Headers.TryAddWithoutValidation(name, value);
        using var answer = await (providers ?? _providers).Anonymous.SendAsync(request);
        return answer.StatusCode;
    }

    sealed class Asked
    {
        int _count;

        public int Count => Volatile.Read(ref _count);

        public bool IsDone { get; set; }

        public VendorState Answer()
        {
            Interlocked.Increment(ref _count);
            return IsDone ? FakeVendor.Done : new VendorState.Waiting();
        }
    }
}
