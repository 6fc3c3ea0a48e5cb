using System.Net.Http.Json;
using VideoGen.System.Tests.Stage;

namespace VideoGen.System.Tests.Errors;

/// <summary>
/// A service that is away, or is there and says nothing: a submit is answered within ten seconds, with a 503 that says when to
/// come back.
/// </summary>
[TestFixture]
public sealed class Services_that_say_nothing
{
    static readonly (Door Door, string Path, Func<object> Body)[] Submits =
    [
        (Door.Native, "jobs", () => new { model = "elevenlabs-tts", input = new { text = "Hello" } }),
        (Door.Vydra, "models/veo3", () => new { prompt = "a cat" }),
        (Door.Vsl, "generate-media", () => new { userId = "u", mediaType = "image", modelId = "sdxl", parameters = new { prompt = "a" } }),
    ];

    [Test]
    public async Task Do_not_keep_a_submit_waiting([Values("accounts", "jobs")] string service, [Values] bool isThere)
    {
        using var customer = await TheSystem.NewCustomerAsync();
        await WarmUpAsync(customer);
        using (isThere ? TheSystem.Shared.Hold(service) : TheSystem.Shared.Cut(service))
            await Task.WhenAll(Submits.Select(submit => RefusedAsync(customer, submit.Door, submit.Path, submit.Body())));
    }

    [Test]
    public async Task Do_not_keep_a_submit_waiting_that_needs_a_file([Values] bool isThere)
    {
        using var customer = await TheSystem.NewCustomerAsync();
        var image = TheSystem.Files.UrlOf("picture.jpg");
        await WarmUpAsync(customer);
        using (isThere ? TheSystem.Shared.Hold("storage") : TheSystem.Shared.Cut("storage"))
            await RefusedAsync(customer, Door.Native, "jobs", new { model = "stability-video", input = new { image } });
    }

    /// <summary>Who is calling is known from then on.</summary>
    static async Task WarmUpAsync(Customer customer) => await customer.Native.AccountAsync();

    static async Task RefusedAsync(Customer customer, Door door, string path, object body)
    {
        using var http = customer.Open(door);
        var since = TimeProvider.System.GetTimestamp();
        using var answer = await http.PostAsJsonAsync(path, body);
        var took = TimeProvider.System.GetElapsedTime(since);
        Assert.Multiple(async () =>
        {
            Assert.That((int)answer.StatusCode, Is.EqualTo(503), await answer.Content.ReadAsStringAsync());
            Assert.That(answer.Headers.RetryAfter, Is.Not.Null, door.Name);
            Assert.That(took, Is.LessThan(TimeSpan.FromSeconds(10)), door.Name);
        });
    }
}
