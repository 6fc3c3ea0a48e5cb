using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using VideoGen.HttpApi.Paging;
using VideoGen.ServiceDefaults.Callers;
using VideoGen.Storage.Contracts;
using VideoGen.Storage.Contracts.Commands;
using VideoGen.Storage.Tests.Hosting;
using VideoGen.Testing;

namespace VideoGen.Storage.Tests.Ingest;

public sealed class Ingesting_outputs
{
    SourceServer _source = null!;
    StorageApplication _storage = null!;
    JobsSide _jobs = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _source = await SourceServer.StartAsync();
        _storage = await StorageApplication.StartAsync($"services:providers:http:0={_source.Address}", "Storage:MaxOutputBytes=2000000", "Storage:IngestGiveUp=00:00:06");
        _jobs = await JobsSide.StartAsync(_storage.Settings);
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _jobs.DisposeAsync();
        await _storage.DisposeAsync();
        await _source.DisposeAsync();
    }

    [TearDown]
    public Task No_file_in_the_making_is_left() => Eventually.ThatAsync(() => _storage.Files("work").Length == 0);

    [Test]
    public async Task Stores_every_output_with_its_facts()
    {
        var (video, picture) = (await SampleFiles.VideoAsync(), await SampleFiles.PngAsync());
        var order = Order(new OutputSource("video", _source.Serve(video), null, "video/mp4"), new OutputSource("image", null, picture, "image/png"));
        await _jobs.SendAsync(order);
        var answer = await _jobs.UntilIngestedAsync(order.JobId);
        var stored = answer.Assets;
        Assert.Multiple(() =>
        {
            Assert.That(answer.AttemptId, Is.EqualTo(order.AttemptId));
            Assert.That(stored.Select(asset => (asset.Kind, asset.MediaType, asset.SizeBytes, asset.FileName)), Is.EqualTo(new[]
            {
                ("video", "video/mp4", (long)video.Length, "video-1.mp4"), ("image", "image/png", (long)picture.Length, "image-2.png"),
            }));
            Assert.That(stored[0].Sha256, Is.EqualTo(Convert.ToHexStringLower(SHA256.HashData(video))));
            Assert.That((stored[0].Width, stored[0].Height, stored[0].Fps, stored[0].HasAudio, stored[0].HasThumbnail, stored[0].HasPreview),
                Is.EqualTo(((int?)640, (int?)360, (double?)24, (bool?)true, true, true)));
            Assert.That(stored[1].HasPreview, Is.False);
        });
        var list = await ListAsync(order);
        Assert.That(list.Select(asset => (asset.Id, asset.Origin, asset.JobId)), Is.EquivalentTo(stored.Select(asset => (asset.AssetId, "job", (Guid?)order.JobId))));
    }

    [Test]
    public async Task Asks_our_own_providers_with_a_token_and_strangers_without()
    {
        var png = await SampleFiles.PngAsync();
        bool? toProviders = null, toStranger = null, toSameHost = null;
        var own = _source.Serve(async (context, _) =>
        {
            toProviders = context.Request.Headers.ContainsKey(CallerToken.Header);
            await context.Response.Body.WriteAsync(png);
        }, "/internal/outputs/");
        var other = _source.Serve(async (context, _) =>
        {
            toStranger = context.Request.Headers.ContainsKey(CallerToken.Header);
            await context.Response.Body.WriteAsync(png);
        }, "/internal/attempts/");
        var named = new UriBuilder(_source.Serve(async (context, _) =>
        {
            toSameHost = context.Request.Headers.ContainsKey(CallerToken.Header);
            await context.Response.Body.WriteAsync(png);
        }, "/internal/outputs/"))
        { Host = "localhost" }.Uri;
        var order = Order(Image(own), Image(other), Image(named));
        await _jobs.SendAsync(order);
        await _jobs.UntilIngestedAsync(order.JobId);
        Assert.That((toProviders, toStranger, toSameHost), Is.EqualTo(((bool?)true, (bool?)false, (bool?)true)));
    }

    [TestCase(403)]
    [TestCase(404)]
    [TestCase(410)]
    public async Task Tells_that_a_link_has_expired_and_takes_a_fresh_one(int status)
    {
        var order = Order(Image(_source.Serve(status)));
        await _jobs.SendAsync(order);
        var failed = await _jobs.UntilFailedAsync(order.JobId);
        Assert.That((failed.Code, failed.LinkExpired, failed.Round, failed.AttemptId), Is.EqualTo(("link_expired", true, 1, order.AttemptId)));

        await _jobs.SendAsync(order with { Round = 2, Outputs = [Image(_source.Serve(await SampleFiles.PngAsync()))] });
        await Eventually.ThatAsync(() => _jobs.IngestedOf(order.JobId).Count == 1, TimeSpan.FromSeconds(20), "the second round succeeds");
        Assert.That(await ListAsync(order), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Tries_a_transient_fault_again()
    {
        var png = await SampleFiles.PngAsync();
        var url = _source.Serve(async (context, call) =>
        {
            if (call == 1) context.Response.StatusCode = 503;
            else if (call == 2) await CutShortAsync(context, png);
            else await context.Response.Body.WriteAsync(png);
        });
        var order = Order(Image(url));
        await _jobs.SendAsync(order);
        await _jobs.UntilIngestedAsync(order.JobId);
        Assert.That(_source.CallsOf(url), Is.EqualTo(3));
    }

    [Test]
    public async Task Tries_providers_again_while_they_are_away()
    {
        var png = await SampleFiles.PngAsync();
        var url = _source.Serve(async (context, call) =>
        {
            if (call <= 4) await CutShortAsync(context, png);
            else await context.Response.Body.WriteAsync(png);
        }, "/internal/outputs/");
        var order = Order(Image(url));
        await _jobs.SendAsync(order);
        await _jobs.UntilIngestedAsync(order.JobId);
    }

    [Test]
    public async Task Gives_up_a_fault_that_does_not_pass()
    {
        var order = Order(Image(_source.Serve(502)));
        await _jobs.SendAsync(order);
        var failed = await _jobs.UntilFailedAsync(order.JobId, TimeSpan.FromSeconds(60));
        Assert.Multiple(() =>
        {
            Assert.That((failed.Code, failed.LinkExpired), Is.EqualTo(("storage_failed", false)));
            Assert.That(_source.CallsOf(order.Outputs[0].Url!), Is.GreaterThan(2));
        });
    }

    [Test]
    public async Task Tells_that_an_output_is_unusable()
    {
        var png = await SampleFiles.PngAsync();
        (string Name, OutputSource Output)[] bad =
        [
            ("a page where a picture should be", Image(_source.Serve("<html>sign in</html>"u8.ToArray(), "image/png"))),
            ("nothing", Image(_source.Serve([]))),
            ("nothing inline", new OutputSource("image", null, [], null)),
            ("neither link nor bytes", new OutputSource("image", null, null, null)),
            ("another kind", new OutputSource("video", _source.Serve(png), null, "video/mp4")),
            ("half a file with an honest length", Image(_source.Serve(png[..(png.Length / 2)]))),
            ("an endless body", Image(_source.Serve(EndlessAsync))),
            ("a length beyond the limit", Image(_source.Serve(async (context, _) => { context.Response.ContentLength = 3_000_000; await context.Response.Body.FlushAsync(); }))),
            ("an address inside", Image(new Uri("http://10.0.0.1/file.png"))),
            ("a file", Image(new Uri("file:///etc/passwd"))),
            ("a request refused for other reasons", Image(_source.Serve(400))),
        ];
        var orders = bad.Select(one => (one.Name, Order: Order(one.Output))).ToList();
        foreach (var (_, order) in orders) await _jobs.SendAsync(order);
        foreach (var (name, order) in orders)
        {
            var failed = await _jobs.UntilFailedAsync(order.JobId, TimeSpan.FromSeconds(60));
            Assert.Multiple(async () =>
            {
                Assert.That((failed.Code, failed.LinkExpired), Is.EqualTo(("output_unusable", false)), $"{name}: {failed.Message}");
                Assert.That(failed.Message, Does.EndWith(".").And.Not.Contain(_storage.Folder).And.Not.Contain("127.0.0.1"), name);
                Assert.That(await ListAsync(order), Is.Empty, name);
            });
        }
    }

    [Test]
    public async Task Stores_nothing_when_one_of_several_outputs_is_bad()
    {
        var order = Order(Image(_source.Serve(await SampleFiles.PngAsync())), Image(_source.Serve("no picture at all, only text"u8.ToArray())));
        var before = _storage.Files();
        await _jobs.SendAsync(order);
        await _jobs.UntilFailedAsync(order.JobId);
        Assert.Multiple(async () =>
        {
            Assert.That(await ListAsync(order), Is.Empty);
            Assert.That(_storage.Files().Except(before), Is.Empty); // older ones may be on their way out
        });
    }

    [Test]
    public async Task Fails_an_order_without_outputs()
    {
        var order = Order();
        await _jobs.SendAsync(order);
        Assert.That((await _jobs.UntilFailedAsync(order.JobId)).Code, Is.EqualTo("output_unusable"));
    }

    [Test]
    public async Task Discards_what_was_stored()
    {
        var order = Order(new OutputSource("video", _source.Serve(await SampleFiles.VideoAsync()), null, null));
        await _jobs.SendAsync(order);
        var asset = (await _jobs.UntilIngestedAsync(order.JobId)).Assets.Single();
        var files = _storage.Files().Length;
        await _jobs.SendAsync(new DiscardOutputs(order.JobId, order.AccountId));
        await Eventually.ThatAsync(async () => (await ListAsync(order)).Count == 0, because: "the rows go");
        await Eventually.ThatAsync(() => _storage.Files().Length <= files - 3, because: "the files go");
        using var answer = await _storage.SendAsync(HttpMethod.Get, $"/v1/assets/{asset.AssetId}", order.AccountId);
        Assert.That((int)answer.StatusCode, Is.EqualTo(404));
    }

    [Test]
    public async Task Stores_nothing_of_a_job_that_is_discarded_meanwhile()
    {
        var (reached, goOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        var png = await SampleFiles.PngAsync();
        var order = Order(Image(_source.Serve(async (context, _) =>
        {
            reached.TrySetResult();
            await goOn.Task;
            await context.Response.Body.WriteAsync(png);
        })));
        await _jobs.SendAsync(order);
        await reached.Task;
        await _jobs.SendAsync(new DiscardOutputs(order.JobId, order.AccountId));
        await Eventually.ThatAsync(async () => await StateAsync(order) == "discarded");
        goOn.SetResult();
        await _jobs.SendAsync(order with { Round = 7 });
        await Eventually.ThatAsync(async () => await _storage.Database.ScalarAsync<long>("select count(*) from due_work where kind = 'ingest' and id = $1", order.JobId) == 0);
        await Eventually.ThatAsync(() => _storage.Files("work").Length == 0);
        Assert.Multiple(async () =>
        {
            Assert.That(await ListAsync(order), Is.Empty);
            Assert.That(await StateAsync(order), Is.EqualTo("discarded"));
            Assert.That(_jobs.IngestedOf(order.JobId), Is.Empty);
        });
    }

    [Test]
    public async Task Holds_no_transaction_while_it_downloads()
    {
        var (reached, goOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        var png = await SampleFiles.PngAsync();
        var order = Order(Image(_source.Serve(async (context, _) =>
        {
            reached.TrySetResult();
            await goOn.Task;
            await context.Response.Body.WriteAsync(png);
        })));
        await _jobs.SendAsync(order);
        await reached.Task;
        var open = await _storage.Database.ScalarAsync<long>(
            "select count(*) from pg_stat_activity where state = 'idle in transaction' and application_name = $1", "videogen-" + _storage.Database.Schema);
        goOn.SetResult();
        await _jobs.UntilIngestedAsync(order.JobId);
        Assert.That(open, Is.Zero);
    }

    static IngestOutputs Order(params OutputSource[] outputs) => new(Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7(), 1, outputs);

    static OutputSource Image(Uri url) => new("image", url, null, "image/png");

    static async Task CutShortAsync(HttpContext context, byte[] bytes)
    {
        context.Response.ContentLength = bytes.Length;
        await context.Response.Body.WriteAsync(bytes.AsMemory(0, bytes.Length / 2));
        await context.Response.Body.FlushAsync();
        context.Abort();
    }

    static async Task EndlessAsync(HttpContext context, int call)
    {
        var piece = new byte[64 * 1024];
        while (!context.RequestAborted.IsCancellationRequested) await context.Response.Body.WriteAsync(piece, context.RequestAborted);
    }

    Task<string?> StateAsync(IngestOutputs order) => _storage.Database.ScalarAsync<string>("select state from ingest where job_id = $1", order.JobId);

    async Task<IReadOnlyList<AssetView>> ListAsync(IngestOutputs order)
    {
        using var answer = await _storage.SendAsync(HttpMethod.Get, $"/v1/assets?job_id={order.JobId}", order.AccountId);
        return (await StorageApplication.ReadAsync<Page<AssetView>>(answer)).Data;
    }
}
