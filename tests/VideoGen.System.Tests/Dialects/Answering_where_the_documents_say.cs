using System.Net;
using System.Net.Http.Headers;
using VideoGen.Gateway.Dialects;

namespace VideoGen.System.Tests.Dialects;

/// <summary>Ports of their own for two dialects, one of which something else has already.</summary>
[TestFixture]
public sealed class Answering_where_the_documents_say
{
    static StartedSystem System => TheSystem.Shared;

    [Test]
    public async Task Every_dialect_answers_where_the_announcement_says()
    {
        using var client = new HttpClient();
        foreach (var dialect in DialectExtensions.All)
        {
            var announced = System.Dialects.Single(one => one.Name == dialect.Section);
            Assert.That(announced.Url, Does.StartWith($"{System.Gateway}/{dialect.Name}"));
            foreach (var url in new[] { announced.Url, announced.RootUrl }.OfType<string>())
            {
                using var answer = await client.GetAsync(new Uri(url + "/no/such/route"));
                Assert.That((answer.StatusCode, answer.Content.Headers.ContentType!.MediaType), Is.EqualTo((HttpStatusCode.NotFound, "application/json")), url);
            }
        }
    }

    [Test]
    public async Task A_port_of_its_own_has_the_document_s_paths()
    {
        using var customer = await TheSystem.NewCustomerAsync();
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", customer.LiveKey);
        var jobs = await client.GetStringAsync(new Uri($"http://127.0.0.1:{TheSystem.AiStudioPort}/api/v1/video-jobs"));
        Assert.That(jobs, Is.EqualTo("""{"jobs":[],"total":0}"""));
    }

    [Test]
    public void A_port_that_something_else_has_is_left_alone_and_named()
    {
        var roots = System.Dialects.ToDictionary(dialect => dialect.Name, dialect => dialect.RootUrl);
        Assert.Multiple(() =>
        {
            Assert.That(roots["AiStudio"], Is.EqualTo($"http://127.0.0.1:{TheSystem.AiStudioPort}/api/v1"));
            Assert.That(roots["Visualizr"], Is.Null);
            Assert.That(roots["Vydra"], Is.Null);
            Assert.That(System.Announcement, Has.One.Contains("/visualizr  (port ").And.Contains(" is in use)"));
            Assert.That(System.Announcement, Has.One.Contains($"/ai-studio/api/v1  and  http://127.0.0.1:{TheSystem.AiStudioPort}/api/v1"));
        });
    }
}
