using System.Text;
using System.Text.Json;
using VideoGen.Jobs.Contracts;
using VideoGen.Jobs.Tests.Harness;

namespace VideoGen.Jobs.Tests.Submit;

[TestFixture]
public sealed class Sending_files_in_the_body
{
    const int UploadLimit = 1_000_000;

    JobsApplication _app = null!;

    [OneTimeSetUp]
    public async Task Start() => _app = await JobsApplication.StartAsync("inline", ("Storage:MaxUploadBytes", $"{UploadLimit}"));

    [OneTimeTearDown]
    public async Task Stop() => await _app.DisposeAsync();

    [SetUp]
    public void Forget() => _app.Others.Kept.Clear();

    static readonly int[] Sizes = [30, 5_000, 9_000, 300_000, UploadLimit];

    [TestCaseSource(nameof(Sizes))]
    public async Task Makes_an_asset_of_each_up_to_the_size_of_an_upload(int size)
    {
        var (account, file) = (_app.Account(test: true), FileOf("image/png", size));
        var job = await account.SubmitAsync(Wan(Uri("image/png", file)));
        var kept = _app.Others.Kept.Single();
        Assert.Multiple(() =>
        {
            Assert.That(kept.Bytes, Is.EqualTo(file));
            Assert.That(kept.MediaType, Is.EqualTo("image/png"));
            Assert.That(kept.Query, Does.Contain($"account_id={account.Id}").And.Contain("test=true").And.Contain("kind=image"));
            Assert.That(_app.Others.Assets.Keys, Does.Contain((account.Id, job.Input.GetProperty("image").GetGuid())),
                "the input names the asset");
        });
    }

    [TestCase(30)]
    [TestCase(300_000)]
    public async Task Stores_the_same_file_once_in_a_request(int size)
    {
        var (one, other) = (FileOf("video/mp4", size), FileOf("video/mp4", size + 1));
        var account = _app.Account();
        using var response = await account.PostAsync(Join(Uri("video/mp4", one), Uri("video/mp4", other), Uri("VIDEO/x-m4v", one)));
        var answer = await response.Content.ReadAsStringAsync();
        // What the clips last is not known of these, so no price comes of them; they have been kept by then.
        Assert.That(_app.Others.Kept.Select(kept => kept.Bytes.Length).Order(), Is.EqualTo(new[] { size, size + 1 }), answer);
    }

    [TestCase(30)]
    [TestCase(300_000)]
    public async Task Answers_a_repetition_without_storing_anything(int size)
    {
        var account = _app.Account();
        var text = JsonSerializer.Serialize(Wan(Uri("image/png", FileOf("image/png", size))));
        var spelled = text.Replace("/", "\\/", StringComparison.Ordinal).Replace(":{", ": { ", StringComparison.Ordinal);
        using var first = await account.PostAsync(text, "key");
        using var second = await account.PostAsync(spelled, "key");
        using var other = await account.PostAsync(Wan(Uri("image/png", FileOf("image/png", size + 1))), "key");
        Assert.Multiple(async () =>
        {
            Assert.That(((int)first.StatusCode, (int)second.StatusCode, (int)other.StatusCode), Is.EqualTo((202, 202, 422)));
            Assert.That(await second.Content.ReadAsStringAsync(), Is.EqualTo(await first.Content.ReadAsStringAsync()));
            Assert.That(_app.Others.Kept, Has.Count.EqualTo(1));
        });
    }

    static IEnumerable<TestCaseData> Bad()
    {
        var png = FileOf("image/png", 30);
        foreach (var (text, words) in ((string, string)[])
        [
            ("data:image/png,abc", "base64 data URI"), ("data:;base64,AAAA", "base64 data URI"),
                ("data:text/plain;base64,AAAA", "base64 data URI"),
            ("data:image/png;base64,AA", "padding"), ("data:image/png;base64,AA A", "padding"), ("data:image/png;base64,AB==", "padding"),
            ("data:image/png;base64,", "empty"), (Uri("image/png", FileOf("image/png", UploadLimit + 1)), "at most 1000000 bytes"),
            ("data:image/png;base64," + new string('A', 20_001), "padding"), (Uri("image/png", png) + " ", "padding"),
        ])
            yield return new TestCaseData(text, words).SetArgDisplayNames(text[..Math.Min(text.Length, 40)], words);
    }

    [TestCaseSource(nameof(Bad))]
    public async Task Refuses_what_is_no_file_before_anything_is_stored(string uri, string words)
    {
        var problem = await _app.Account().RefusedAsync(JsonSerializer.Serialize(Wan(uri)), 400);
        Assert.That(problem.Errors!["input.image"].Single(), Does.Contain(words));
        Assert.That(_app.Others.Kept, Is.Empty);
    }

    [Test]
    public async Task Refuses_a_file_that_is_not_what_it_says()
    {
        var problem = await _app.Account().RefusedAsync(JsonSerializer.Serialize(Wan(Uri("image/png", FileOf("image/jpeg", 20_000)))), 400);
        Assert.That((problem.Code, problem.Errors!["input.image"].Single()),
            Is.EqualTo(("invalid_media", "could not be used: It says that it is image/png, but its bytes are not")));
    }

    [Test]
    public async Task Names_a_file_where_none_is_taken()
    {
        var uri = Uri("image/png", FileOf("image/png", 20_000));
        var body = JsonSerializer.Serialize(
            new { model = "wan", input = new { prompt = uri, image = uri }, metadata = new { a = uri }, webhook_url = uri });
        var problem = await _app.Account().RefusedAsync(body, 400);
        Assert.That(problem.Errors!.Keys, Is.EqualTo(new[] { "input.prompt", "metadata.a", "webhook_url" }));
        Assert.That(_app.Others.Kept, Is.Empty);
    }

    [Test]
    public async Task Quotes_without_storing()
    {
        using var response = await _app.Account().PostAsync(Wan(Uri("image/png", FileOf("image/png", 300_000))), path: "/v1/quotes");
        Assert.That(((int)response.StatusCode, _app.Others.Kept.Count), Is.EqualTo((200, 0)), await response.Content.ReadAsStringAsync());
        Assert.That((await TestAccount.ReadAsync<QuoteView>(response)).Credits, Is.GreaterThan(0));
    }

    [Test]
    public async Task Refuses_a_body_that_no_limit_allows()
    {
        var files = Enumerable.Range(0, 2).Select(_ => Uri("video/mp4", FileOf("video/mp4", UploadLimit))).ToArray();
        using var many = await _app.Account().PostAsync(Join(files));
        using var text = await _app.Account().PostAsync(Wan(new string('x', 300 * 1024)));
        Assert.That(((int)many.StatusCode, (int)text.StatusCode), Is.EqualTo((413, 413)));
    }

    static object Wan(string image) => new { model = "wan", input = new { prompt = "a", image } };

    static object Join(params string[] clips) => new { model = "join", input = new { clips } };

    static string Uri(string type, byte[] file) => $"data:{type};base64,{Convert.ToBase64String(file)}";

    static byte[] FileOf(string type, int size)
    {
        var file = new byte[size];
        new Random(size).NextBytes(file);
        Encoding.ASCII.GetBytes(type).CopyTo(file, 0);
        return file;
    }
}
