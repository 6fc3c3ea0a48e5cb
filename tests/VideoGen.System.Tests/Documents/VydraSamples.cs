using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using VideoGen.System.Tests.Stage;

namespace VideoGen.System.Tests.Documents;

/// <summary><c>vydra.md</c>: every request as written, every answer beside its example.</summary>
static class VydraSamples
{
    static readonly Document Text = Document.Read("vydra");

    /// <summary>Members that are there in every state; the document shows each in some (docs/api/vydra.md, Decisions).</summary>
    static readonly string[] InEveryState = ["progress", "workflow", "startedAt"];

    public static IReadOnlyList<Sample> All { get; } =
    [
        Sample.Nothing(Text, "Base URL [1]", "an address"),
        Sample.Nothing(Text, "Authentication [1]", "a header; every request below carries it"),
        Sample.Of(Text, "1. List Available Models [1]", "1. List Available Models [2]", ModelsAsync),
        Sample.Of(Text, "2. Generate Video/Image (Model-Specific) [1]", request => SubmitAsync(request, Veo(), ("{model-slug}", "veo3"))),
        Sample.Of(Text, "Veo 3 Text-to-Video [1]", "Veo 3 Text-to-Video [2]", (request, body) => SubmitAsync(request, Example.Read(body))),
        Sample.Of(Text, "Grok Imagine [1]", "Grok Imagine [2]", (request, body) => SubmitAsync(request, Example.Read(body))),
        Sample.Of(Text, "Kling Motion Control [1]", "Kling Motion Control [2]", (request, body) => SubmitAsync(request, WithFiles(Example.Read(body)))),
        Sample.Of(Text, "ASMR Generator [1]", "ASMR Generator [2]", "ASMR Generator [3]", AsmrAsync),
        Sample.Of(Text, "3. Check Job Status [1]", "3. Check Job Status [2]", RunningAsync),
        Sample.Of(Text, "3. Check Job Status [3]", CompletedAsync),
        Sample.Of(Text, "3. Check Job Status [4]", FailedAsync),
        Sample.Of(Text, "4. Cancel Job [1]", "4. Cancel Job [2]", CancelAsync),
        Sample.Of(Text, "5. Check Credit Balance [1]", "5. Check Credit Balance [2]", BalanceAsync),
        Sample.Of(Text, "401 Unauthorized [1]", WrongKeyAsync),
        Sample.Of(Text, "402 Insufficient Credits [1]", TooFewCreditsAsync),
        Sample.Of(Text, "400 Bad Request [1]", NoPromptAsync),
        Sample.Of(Text, "404 Not Found [1]", NoJobAsync),
        Sample.Of(Text, "429 Rate Limited [1]", TooOftenAsync),
    ];

    static async Task ModelsAsync(Block request, Block example)
    {
        using var customer = await TheSystem.NewCustomerAsync();
        using var http = customer.Open(Door.Vydra);
        var models = await Exchange.SendAsync(http, request);
        Sample.AssertShape(example, models.Json);
        Assert.That(models.Json!["count"]!.GetValue<int>(), Is.EqualTo(12));
    }

    static async Task SubmitAsync(Block request, JsonNode body, params Replacement[] replacements)
    {
        using var customer = await TheSystem.NewCustomerAsync();
        using var http = customer.Open(Door.Vydra);
        using var held = TheSystem.Shared.Vendor.Hold();
        var accepted = (await Exchange.SendAsync(http, request, body, replacements)).Expect(HttpStatusCode.Accepted);
        Sample.AssertShape(Text["ASMR Generator [3]"], accepted.Json);
        await customer.CancelledAsync(JobStory.NativeId(accepted["jobId"]));
    }

    static Task AsmrAsync(Block request, Block body, Block example) => SubmitAsync(request, Example.Read(body));

    static async Task RunningAsync(Block request, Block example)
    {
        using var customer = await TheSystem.NewCustomerAsync();
        using var http = customer.Open(Door.Vydra);
        using var held = TheSystem.Shared.Vendor.Hold();
        var id = await GenerateAsync(http);
        await customer.RunningAsync(JobStory.NativeId(id));
        var job = await Exchange.SendAsync(http, request, body: null, ("{jobId}", id));
        Sample.AssertShape(example, job.Json);
        Assert.That(job["status"], Is.EqualTo("running"));
        await customer.CancelledAsync(JobStory.NativeId(id));
    }

    static async Task CompletedAsync(Block example)
    {
        using var customer = await TheSystem.NewCustomerAsync();
        using var http = customer.Open(Door.Vydra);
        var id = await GenerateAsync(http);
        await customer.CompletedAsync(JobStory.NativeId(id));
        Sample.AssertShape(example, (await Exchange.GetAsync(http, $"jobs/{id}")).Json, InEveryState);
    }

    static async Task FailedAsync(Block example)
    {
        using var customer = await TheSystem.NewCustomerAsync();
        using var http = customer.Open(Door.Vydra);
        using var broken = TheSystem.Shared.Vendor.Break();
        var id = await GenerateAsync(http);
        await customer.FailedAsync(JobStory.NativeId(id));
        Sample.AssertShape(example, (await Exchange.GetAsync(http, $"jobs/{id}")).Json, [.. InEveryState, "creditsCharged", "createdAt"]);
    }

    static async Task CancelAsync(Block request, Block example)
    {
        using var customer = await TheSystem.NewCustomerAsync();
        using var http = customer.Open(Door.Vydra);
        using var held = TheSystem.Shared.Vendor.Hold();
        var id = await GenerateAsync(http);
        var cancelled = await Exchange.SendAsync(http, request, body: null, ("{jobId}", id));
        Sample.AssertSame(example, cancelled.Json, ("350", "175"));
    }

    static async Task BalanceAsync(Block request, Block example)
    {
        using var customer = await TheSystem.NewCustomerAsync(credits: 2750, plan: "creator");
        using var http = customer.Open(Door.Vydra);
        var organization = await Exchange.SendAsync(http, request);
        Sample.AssertShape(example, organization.Json);
        Assert.That((organization.Json!["creditsRemaining"]!.GetValue<long>(), organization["plan"]), Is.EqualTo((2750, "creator")));
    }

    static async Task WrongKeyAsync(Block example)
    {
        using var http = Door.Vydra.Open(TheSystem.Gateway, "YOUR_API_KEY");
        Sample.AssertSame(example, (await Exchange.GetAsync(http, "organization")).Expect(HttpStatusCode.Unauthorized).Json);
    }

    static async Task TooFewCreditsAsync(Block example)
    {
        using var customer = await TheSystem.NewCustomerAsync(credits: 150);
        using var http = customer.Open(Door.Vydra);
        var body = WithFiles(Example.Read(Text["Kling Motion Control [2]"]));
        var refused = await Exchange.SendAsync(http, Text["Kling Motion Control [1]"], body);
        Sample.AssertSame(example, refused.Expect(HttpStatusCode.PaymentRequired).Json);
    }

    static async Task NoPromptAsync(Block example)
    {
        using var customer = await TheSystem.NewCustomerAsync();
        using var http = customer.Open(Door.Vydra);
        var refused = await Exchange.SendAsync(http, Text["Veo 3 Text-to-Video [1]"], new JsonObject { ["aspect_ratio"] = "9:16" });
        Sample.AssertSame(example, refused.Expect(HttpStatusCode.BadRequest).Json);
    }

    static async Task NoJobAsync(Block example)
    {
        using var customer = await TheSystem.NewCustomerAsync();
        using var http = customer.Open(Door.Vydra);
        var refused = await Exchange.SendAsync(http, Text["3. Check Job Status [1]"], body: null, ("{jobId}", "job_abc123"));
        Sample.AssertSame(example, refused.Expect(HttpStatusCode.NotFound).Json);
    }

    /// <summary>Model lists have the lowest of the document's limits that costs nothing to reach: 50 a minute.</summary>
    static async Task TooOftenAsync(Block example)
    {
        using var customer = await TheSystem.NewCustomerAsync();
        using var http = customer.Open(Door.Vydra);
        for (var number = 0; number < 50; number++) (await Exchange.GetAsync(http, "models?provider=none")).Expect(HttpStatusCode.OK);
        var refused = (await Exchange.GetAsync(http, "models?provider=none")).Expect(HttpStatusCode.TooManyRequests);
        var seconds = refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds.ToString(CultureInfo.InvariantCulture);
        Sample.AssertSame(example, refused.Json, ("60 seconds", $"{seconds} seconds"));
    }

    static async Task<string> GenerateAsync(HttpClient http) =>
        (await Exchange.SendAsync(http, Text["Veo 3 Text-to-Video [1]"], Veo())).Expect(HttpStatusCode.Accepted)["jobId"];

    static JsonNode Veo() => Example.Read(Text["Veo 3 Text-to-Video [2]"]);

    static JsonNode WithFiles(JsonNode body)
    {
        Assert.That((body["image_url"]!.GetValue<string>(), body["video_url"]!.GetValue<string>()), Is.EqualTo(("https://...", "https://...")));
        body["image_url"] = TheSystem.Files.UrlOf("picture.jpg");
        body["video_url"] = TheSystem.Files.UrlOf("clip.mp4");
        return body;
    }
}
