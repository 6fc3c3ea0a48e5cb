using System.Net;
using System.Text.Json.Nodes;
using VideoGen.System.Tests.Stage;

namespace VideoGen.System.Tests.Documents;

/// <summary><c>ai-studio.md</c>: the client class with its usage, the curl lines, the React components fed with our answers.</summary>
static class AiStudioSamples
{
    static readonly Document Text = Document.Read("ai-studio");

    /// <summary>The whole VideoJob object, which is every answer; each of the document's examples shows some of it.</summary>
    static readonly string[] WholeJob =
    [
        "id", "userId", "prompt", "model", "resolution", "aspectRatio", "durationSeconds", "status", "statusMessage", "progressPercentage", "logs",
        "tokensConsumed", "cloudinaryUrl", "errorMessage", "createdAt", "startedAt", "completedAt", "generateAudio",
    ];

    public static IReadOnlyList<Sample> All { get; } =
    [
        Sample.Of(Text, "1. Create a Video Generation Job [1]", "1. Create a Video Generation Job [2]", CreateAsync),
        Sample.Of(Text, "2. Poll for Job Status [1]", "2. Poll for Job Status [2]", PollAsync),
        Sample.Of(Text, "3. Get Completed Video [1]", CompletedAsync),
        Sample.Of(Text, "GET /api/v1/video-jobs [1]", ListAsync),
        Sample.Of(Text, "Frontend Implementation Example [1]", ClientClassAsync),
        Sample.Of(Text, "1. Job Creation Form [1]", FormAsync),
        Sample.Of(Text, "2. Progress Indicator [1]", CardAsync),
        Sample.Of(Text, "3. Real-time Logs (Optional) [1]", LogsAsync),
        Sample.Of(Text, "Common Errors [1]", TooFewTokensAsync),
        Sample.Of(Text, "Common Errors [2]", TooManyJobsAsync),
        Sample.Of(Text, "Common Errors [3]", WrongResolutionAsync),
        Sample.Of(Text, "Test Scenarios [1]", "Test Scenarios [2]", "Test Scenarios [3]", CurlAsync),
        Sample.Nothing(Text, "Environment Variables [1]", "settings of that API's own server"),
        Sample.Nothing(Text, "Start Celery Worker [1]", "a command of that API's own server"),
    ];

    /// <summary>The block shows a form's fields as JSON under the request's first lines.</summary>
    static async Task CreateAsync(Block request, Block example)
    {
        using var customer = await TheSystem.NewCustomerAsync();
        using var http = customer.Open(Door.AiStudio, customer.Token);
        using var held = TheSystem.Shared.Vendor.Hold();
        var fields = Example.Read(request.Text[request.Text.IndexOf('{')..], request.ToString()).AsObject();
        using var form = FormOf(fields.Select(field => (field.Key, field.Value!.ToString())));
        var job = (await Exchange.SendAsync(http, HttpMethod.Post, "video-jobs", form)).Expect(HttpStatusCode.Accepted);
        Sample.AssertShape(example, job.Json, RestOf(example));
        Assert.That(job.Json!["tokensConsumed"]!.GetValue<long>(), Is.EqualTo(50));
        await customer.CancelledAsync(JobStory.NativeId(job["id"]));
    }

    static async Task PollAsync(Block request, Block example)
    {
        using var customer = await TheSystem.NewCustomerAsync();
        using var http = customer.Open(Door.AiStudio, customer.Token);
        using var held = TheSystem.Shared.Vendor.Hold();
        var id = await SubmitAsync(http);
        await customer.RunningAsync(id);
        var job = await Exchange.SendAsync(http, request, body: null, ("/api/v1/", "/"), ("{jobId}", id.ToString()));
        Sample.AssertShape(example, job.Json, RestOf(example));
        Assert.That(job["status"], Is.EqualTo("RUNNING"));
        await customer.CancelledAsync(id);
    }

    static async Task CompletedAsync(Block example)
    {
        using var customer = await TheSystem.NewCustomerAsync();
        using var http = customer.Open(Door.AiStudio, customer.Token);
        var job = await SucceededAsync(customer, http);
        Sample.AssertShape(example, job.Json, RestOf(example));
        Assert.That((job["status"], job["statusMessage"]), Is.EqualTo(("SUCCEEDED", "Video generation completed successfully!")));
    }

    static async Task ListAsync(Block example)
    {
        using var customer = await TheSystem.NewCustomerAsync();
        using var http = customer.Open(Door.AiStudio, customer.Token);
        await customer.CompletedAsync(await SubmitAsync(http));
        var list = await Exchange.GetAsync(http, "video-jobs");
        Sample.AssertShape(example, list.Json);
        Assert.That(list.Json!["jobs"]![0]!.AsObject().Select(member => member.Key), Is.EquivalentTo(WholeJob));
    }

    /// <summary>The class and its usage, to the end of the job; <c>userToken</c> is what the page around it has.</summary>
    static async Task ClientClassAsync(Block block)
    {
        using var customer = await TheSystem.NewCustomerAsync();
        var run = await SampleProgram.RunAsync(
            SampleProgram.Node, block.With(("https://api.example.com/api/v1", Door.AiStudio.BaseUrl(TheSystem.Gateway))),
            before: $"const userToken = '{customer.Token}';\n", module: true);
        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.Zero, run.ToString());
            Assert.That(run.Output, Does.Contain("Job created: ").And.Contain("Status: SUCCEEDED (100%)").And.Contain("Video ready: http"), run.ToString());
        });
        using var anonymous = new HttpClient();
        using var video = await anonymous.GetAsync(run.Output.Split("Video ready: ")[1].Trim());
        Assert.That(video.Content.Headers.ContentType?.MediaType, Is.EqualTo("video/mp4"));
    }

    /// <summary>Every choice that the form offers is one that the API takes.</summary>
    static async Task FormAsync(Block block)
    {
        using var customer = await TheSystem.NewCustomerAsync();
        using var http = customer.Open(Door.AiStudio, customer.Token);
        using var held = TheSystem.Shared.Vendor.Hold();
        var rendered = await RenderAsync(block, before: "const handleSubmit = () => {};\nconst element = ", after: ";\n");
        Assert.That(rendered, Does.Contain("<textarea name=\"prompt\"").And.Contain("Generate Video (50 tokens)"));
        foreach (var choice in Choices(rendered))
        {
            using var form = FormOf([("prompt", "from the form"), .. choice]);
            var job = (await Exchange.SendAsync(http, HttpMethod.Post, "video-jobs", form)).Expect(HttpStatusCode.Accepted);
            await customer.CancelledAsync(JobStory.NativeId(job["id"]));
        }
    }

    static async Task CardAsync(Block block)
    {
        using var customer = await TheSystem.NewCustomerAsync();
        using var http = customer.Open(Door.AiStudio, customer.Token);
        var job = await SucceededAsync(customer, http);
        var rendered = await RenderAsync(block, before: "", after: $"const element = <VideoJobCard job={{{job.Text}}} />;\n");
        var address = WebUtility.HtmlEncode(job["cloudinaryUrl"]);
        Assert.That(rendered, Does.Contain(job["id"]).And.Contain("status-succeeded").And.Contain("width:100%").And.Contain($"<video src=\"{address}\""), rendered);
    }

    /// <summary><c>formatTime</c> is what the page around it has.</summary>
    static async Task LogsAsync(Block block)
    {
        using var customer = await TheSystem.NewCustomerAsync();
        using var http = customer.Open(Door.AiStudio, customer.Token);
        var job = await SucceededAsync(customer, http);
        var rendered = await RenderAsync(
            block, before: "const formatTime = time => new Date(time).toISOString();\n", after: $"const element = <LogsPanel logs={{{job.Json!["logs"]!.ToJsonString()}}} />;\n");
        Assert.That(rendered, Does.Contain("log-entry log-info").And.Contain("Job created"), rendered);
    }

    static async Task TooFewTokensAsync(Block example)
    {
        using var customer = await TheSystem.NewCustomerAsync(credits: 20);
        using var http = customer.Open(Door.AiStudio, customer.Token);
        using var form = Form();
        Sample.AssertSame(example, (await Exchange.SendAsync(http, HttpMethod.Post, "video-jobs", form)).Expect(HttpStatusCode.PaymentRequired).Json);
    }

    /// <summary>Three run and twenty wait: the document's limits, which are the plan's.</summary>
    static async Task TooManyJobsAsync(Block example)
    {
        using var customer = await TheSystem.NewCustomerAsync(plan: "free");
        using var http = customer.Open(Door.AiStudio, customer.Token);
        for (var job = 0; job < 23; job++) await customer.StallAsync();
        using var form = Form();
        Sample.AssertSame(example, (await Exchange.SendAsync(http, HttpMethod.Post, "video-jobs", form)).Expect(HttpStatusCode.TooManyRequests).Json);
    }

    static async Task WrongResolutionAsync(Block example)
    {
        using var customer = await TheSystem.NewCustomerAsync();
        using var http = customer.Open(Door.AiStudio, customer.Token);
        using var form = Form(resolution: "4k");
        Sample.AssertSame(example, (await Exchange.SendAsync(http, HttpMethod.Post, "video-jobs", form)).Expect(HttpStatusCode.BadRequest).Json);
    }

    static async Task CurlAsync(Block create, Block poll, Block list)
    {
        using var customer = await TheSystem.NewCustomerAsync();
        Replacement[] own = [("http://localhost:8000", TheSystem.Gateway + "/ai-studio"), ("YOUR_TOKEN", customer.Token)];
        using var held = TheSystem.Shared.Vendor.Hold();
        var created = await JsonOfAsync(create.With(own));
        var id = created["id"]!.GetValue<string>();
        var polled = await JsonOfAsync(poll.With([.. own, ("JOB_ID", id)]));
        var listed = await JsonOfAsync(list.With(own));
        Assert.Multiple(() =>
        {
            Assert.That(polled["id"]!.GetValue<string>(), Is.EqualTo(id));
            Assert.That(listed["jobs"]!.AsArray().Select(job => job!["id"]!.GetValue<string>()), Is.EqualTo(new[] { id }));
        });
        await customer.CancelledAsync(JobStory.NativeId(id));
    }

    static async Task<JsonNode> JsonOfAsync(string command)
    {
        var run = await SampleProgram.RunAsync(SampleProgram.Shell, command);
        Assert.That(run.ExitCode, Is.Zero, run.ToString());
        return JsonNode.Parse(run.Output)!;
    }

    /// <summary>A component rendered to HTML by React itself.</summary>
    static async Task<string> RenderAsync(Block block, string before, string after)
    {
        var run = await SampleProgram.RunAsync(SampleProgram.Node, "", after: $$"""
            const { transform } = require('sucrase');
            const React = require('react');
            const { renderToStaticMarkup } = require('react-dom/server');
            const source = {{JsonValue.Create(before + block.Text + after).ToJsonString()}};
            const element = new Function('React', transform(source, { transforms: ['jsx'] }).code + '\nreturn element;')(React);
            console.log(renderToStaticMarkup(element));
            """);
        Assert.That(run.ExitCode, Is.Zero, run.ToString());
        return run.Output;
    }

    /// <summary>One request for each option of each select: the first of the others with it.</summary>
    static IEnumerable<(string Name, string Value)[]> Choices(string html)
    {
        var selects = html.Split("<select name=\"")[1..]
            .Select(text => (Name: text[..text.IndexOf('"')], Values: text.Split("</select>")[0].Split("value=\"")[1..].Select(option => option[..option.IndexOf('"')]).ToList()))
            .ToList();
        Assert.That(selects.Select(select => select.Name), Is.EqualTo(new[] { "model", "resolution", "aspectRatio", "durationSeconds" }));
        return from menu in selects
               from value in menu.Values
               select selects.Select(other => (other.Name, other.Name == menu.Name ? value : other.Values[0])).ToArray();
    }

    static async Task<Answer> SucceededAsync(Customer customer, HttpClient http)
    {
        var id = await SubmitAsync(http);
        await customer.CompletedAsync(id);
        return await Exchange.GetAsync(http, $"video-jobs/{id}");
    }

    static async Task<Guid> SubmitAsync(HttpClient http)
    {
        using var form = Form();
        return JobStory.NativeId((await Exchange.SendAsync(http, HttpMethod.Post, "video-jobs", form)).Expect(HttpStatusCode.Accepted)["id"]);
    }

    static MultipartFormDataContent Form(string resolution = "720p") => FormOf(
        [("prompt", "A sunset"), ("model", "veo-3.1-fast-generate-preview"), ("resolution", resolution), ("aspectRatio", "16:9"), ("durationSeconds", "4")]);

    static MultipartFormDataContent FormOf(IEnumerable<(string Name, string Value)> fields)
    {
        var form = new MultipartFormDataContent();
        foreach (var (name, value) in fields) form.Add(new StringContent(value), name);
        return form;
    }

    static string[] RestOf(Block example) => [.. WholeJob.Except(Example.Read(example).AsObject().Select(member => member.Key))];
}
