using System.Net;
using System.Text.Json;
using Microsoft.Net.Http.Headers;
using VideoGen.Storage.Contracts;
using VideoGen.Web.Studio;

namespace VideoGen.Web.Tests.Studio;

[TestFixture]
public sealed class Uploading_a_file
{
    PagesApplication _pages = null!;
    HttpClient _customer = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _pages = await PagesApplication.StartAsync();
        _pages.Backend.Answer("POST /v1/uploads", new AssetView(Guid.CreateVersion7(), "image", "upload", JobId: null, "image/png",
            "kept.png", 4, "aa", 1, 1, null, null, null, "http://gateway.example/file", null, null, TestJobs.Began), status: 201);
        _customer = await _pages.CustomerAsync();
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        _customer.Dispose();
        await _pages.DisposeAsync();
    }

    [TestCase("plain.png")]
    [TestCase("my \"best\" cat.png")]
    [TestCase("\"quoted.png\"")]
    [TestCase("two\r\nlines: x.png")]
    [TestCase("猫とギター 🎸.png")]
    [TestCase("semi;colon=\\back'slash%20.png")]
    [TestCase("..")]
    public async Task Whatever_its_name_the_file_arrives_with_it(string name)
    {
        var (answer, sent) = await UploadAsync(name);
        using (answer) Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK), await answer.Content.ReadAsStringAsync());
        Assert.That((sent.Name.Value, sent.FileNameStar.Value), Is.EqualTo(("file", name)));
    }

    [Test]
    public async Task Of_a_very_long_name_the_end_arrives()
    {
        var (answer, sent) = await UploadAsync(new string('a', 2000) + "-the-end.png");
        using (answer) Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(sent.FileNameStar.Value, Has.Length.EqualTo(200).And.EndWith("-the-end.png"));
    }

    [Test]
    public void A_long_name_is_not_cut_through_a_character() =>
        Assert.That(SubmitEndpoints.NameOf("🎸" + new string('a', 199)), Is.EqualTo(new string('a', 199)));

    [Test]
    public async Task The_page_is_told_the_name_that_is_kept()
    {
        var (answer, _) = await UploadAsync("wished.png");
        using (answer)
        {
            var told = JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync());
            Assert.That(told.GetProperty("name").GetString(), Is.EqualTo("kept.png"));
        }
    }

    async Task<(HttpResponseMessage Answer, ContentDispositionHeaderValue Sent)> UploadAsync(string name)
    {
        _pages.Backend.Changes.Clear();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/studio/uploads?name=" + Uri.EscapeDataString(name))
        {
            Content = new ByteArrayContent([1, 2, 3, 4]),
        };
        request.Content.Headers.ContentType = new("image/png");
        request.Headers.Add("RequestVerificationToken", await PagesApplication.TokenOfAsync(_customer));
        var answer = await _customer.SendAsync(request);
        var lines = _pages.Backend.Changes.SingleOrDefault().Body?.Split("\r\n") ?? [];
        var line = lines.FirstOrDefault(one => one.StartsWith("Content-Disposition: ", StringComparison.Ordinal)) ?? "";
        var text = line.Replace("Content-Disposition: ", "", StringComparison.Ordinal);
        Assert.That(ContentDispositionHeaderValue.TryParse(text, out var sent), "the file's part says what it is called");
        return (answer, sent!);
    }
}
