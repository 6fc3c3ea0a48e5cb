using System.Net;
using VideoGen.System.Tests.Clients;
using VideoGen.System.Tests.Stage;

namespace VideoGen.System.Tests.Documents;

/// <summary><c>vivid-flow.md</c>: both programs as written apart from URL, key and picture; the answers in every state.</summary>
static class VividFlowSamples
{
    static readonly Document Text = Document.Read("vivid-flow");

    public static IReadOnlyList<Sample> All { get; } =
    [
        Sample.Of(Text, "Python (using `requests`) [1]", block => MakesAVideoAsync(SampleProgram.Python, block)),
        Sample.Of(Text, "JavaScript (Node.js using `axios`) [1]", block => MakesAVideoAsync(SampleProgram.Node, block)),
        Sample.Of(Text, "Parameters (Veo 3.1) [1]", AcceptedAsync),
        Sample.Of(Text, "2. Check Job Status [1]", ProcessingAsync),
        Sample.Of(Text, "2. Check Job Status [2]", CompletedAsync),
        Sample.Of(Text, "2. Check Job Status [3]", FailedAsync),
        Sample.Of(Text, "3. Get Generation History [1]", HistoryAsync),
        Sample.Of(Text, "4. Get Usage Information [1]", UsageAsync),
        Sample.Of(Text, "Error Handling [1]", NoImageAsync),
    ];

    static async Task MakesAVideoAsync(string program, Block block)
    {
        using var customer = await TheSystem.NewCustomerAsync();
        var run = await SampleProgram.RunAsync(program, block.With(
            ("https://vivid.studioionique.com/api/v1", Door.VividFlow.BaseUrl(TheSystem.Gateway)),
            ("your_api_key_here", customer.LiveKey),
            ("/path/to/your/image.jpg", TheSystem.Files.PathOf("picture.jpg"))));
        Assert.That(run.Output, Does.Contain("Job accepted!"), run.ToString());

        var id = JobStory.NativeId(run.Output);
        await customer.CompletedAsync(id);
        using var http = customer.Open(Door.VividFlow);
        var status = await Exchange.GetAsync(http, $"status/{id}");
        Assert.That(status["status"], Is.EqualTo("COMPLETED"));
        await AssertPlaysAsync(customer, status["video_url"]);
    }

    static async Task AssertPlaysAsync(Customer customer, string url)
    {
        var folder = Directory.CreateTempSubdirectory("videogen-vivid").FullName;
        var video = await customer.Native.DownloadAsync(url, Path.Combine(folder, "video.mp4"));
        var facts = await Media.ProbeAsync(video);
        var frames = await Media.DistinctFramesAsync(video);
        Directory.Delete(folder, recursive: true);
        Assert.Multiple(() =>
        {
            Assert.That(facts.Codec, Is.EqualTo("h264"));
            Assert.That(facts.DurationSeconds, Is.EqualTo(8).Within(0.05));
            Assert.That(facts.Height, Is.EqualTo(720));
            Assert.That(frames, Is.GreaterThan(150));
        });
    }

    static async Task AcceptedAsync(Block example)
    {
        using var customer = await TheSystem.NewCustomerAsync();
        using var held = TheSystem.Shared.Vendor.Hold();
        var accepted = await GenerateAsync(customer);
        Sample.AssertShape(example, accepted.Json);
        Assert.That(accepted["message"], Is.EqualTo("Generation job accepted."));
        await customer.CancelledAsync(JobStory.NativeId(accepted["job_id"]));
    }

    static async Task ProcessingAsync(Block example)
    {
        using var customer = await TheSystem.NewCustomerAsync();
        using var held = TheSystem.Shared.Vendor.Hold();
        var id = JobStory.NativeId((await GenerateAsync(customer))["job_id"]);
        await customer.RunningAsync(id);
        await AssertStatusAsync(customer, id, example, "PROCESSING");
        await customer.CancelledAsync(id);
    }

    static async Task CompletedAsync(Block example)
    {
        using var customer = await TheSystem.NewCustomerAsync();
        var id = JobStory.NativeId((await GenerateAsync(customer))["job_id"]);
        await customer.CompletedAsync(id);
        await AssertStatusAsync(customer, id, example, "COMPLETED");
    }

    static async Task FailedAsync(Block example)
    {
        using var customer = await TheSystem.NewCustomerAsync();
        using var broken = TheSystem.Shared.Vendor.Break();
        var id = JobStory.NativeId((await GenerateAsync(customer))["job_id"]);
        await customer.FailedAsync(id);
        await AssertStatusAsync(customer, id, example, "FAILED");
    }

    static async Task HistoryAsync(Block example)
    {
        using var customer = await TheSystem.NewCustomerAsync();
        await customer.CompletedAsync(JobStory.NativeId((await GenerateAsync(customer))["job_id"]));
        using var http = customer.Open(Door.VividFlow);
        // The example ends its only item with a comma before the dots.
        Sample.AssertShape(example, (await Exchange.GetAsync(http, "history")).Expect(HttpStatusCode.OK).Json);
    }

    static async Task UsageAsync(Block example)
    {
        using var customer = await TheSystem.NewCustomerAsync(credits: 850);
        using var http = customer.Open(Door.VividFlow);
        var usage = await Exchange.GetAsync(http, "usage");
        Sample.AssertShape(example, usage.Json);
        Assert.That(usage.Json!["credits_remaining"]!.GetValue<long>(), Is.EqualTo(850));
    }

    static async Task NoImageAsync(Block example)
    {
        using var customer = await TheSystem.NewCustomerAsync();
        using var http = customer.Open(Door.VividFlow);
        using var form = new MultipartFormDataContent { { new StringContent("A cinematic shot"), "prompt" } };
        var refused = await Exchange.SendAsync(http, HttpMethod.Post, "generate", form);
        Sample.AssertSame(example, refused.Expect(HttpStatusCode.BadRequest).Json);
    }

    static async Task AssertStatusAsync(Customer customer, Guid id, Block example, string status)
    {
        using var http = customer.Open(Door.VividFlow);
        var answer = await Exchange.GetAsync(http, $"status/{id}");
        Sample.AssertShape(example, answer.Expect(HttpStatusCode.OK).Json);
        Assert.That(answer["status"], Is.EqualTo(status));
    }

    /// <summary>A small video by the default model.</summary>
    static async Task<Answer> GenerateAsync(Customer customer)
    {
        using var http = customer.Open(Door.VividFlow);
        using var form = new MultipartFormDataContent
        {
            { TheSystem.Files.Part("picture.jpg"), "image", "picture.jpg" },
            { new StringContent("A cinematic shot"), "prompt" },
            { new StringContent("256"), "width" },
            { new StringContent("256"), "height" },
            { new StringContent("9"), "length" },
        };
        return (await Exchange.SendAsync(http, HttpMethod.Post, "generate", form)).Expect(HttpStatusCode.Accepted);
    }
}
