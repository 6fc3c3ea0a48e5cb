using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using VideoGen.Accounts.Contracts;
using VideoGen.HttpApi.Errors;
using VideoGen.Jobs.Tests.Harness;

namespace VideoGen.Jobs.Tests.Submit;

[TestFixture]
public sealed class Refusing_a_submit
{
    const string Good = "\"model\":\"wan\",\"input\":{\"prompt\":\"a\"}";

    JobsApplication _app = null!;
    TestAccount _account = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _app = await JobsApplication.StartAsync("refusing");
        _account = _app.Account();
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        Assert.That(_app.Others.Holds, Is.Empty, "nothing that was refused stays held");
        Assert.That(await _app.Database.ScalarAsync<long>("select count(*) from job"), Is.Zero);
        Assert.That(await _app.Database.ScalarAsync<long>("select count(*) from idempotency_key"), Is.Zero, "no refusal is remembered");
        await _app.DisposeAsync();
    }

    static IEnumerable<TestCaseData> Bodies()
    {
        TestCaseData Row(string body, string code, params string[] fields) => new(body, code, fields);
        yield return Row("", "invalid_request", "model", "input");
        yield return Row("{", "malformed_json");
        yield return Row("[]", "invalid_request", "body");
        yield return Row("null", "invalid_request", "body");
        yield return Row("\"text\"", "invalid_request", "body");
        yield return Row("{}", "invalid_request", "model", "input");
        yield return Row("""{"model":"wan","model":"wan","input":{}}""", "invalid_request", "model");
        yield return Row("""{"model":5,"input":[]}""", "invalid_request", "model", "input");
        yield return Row("""{"model":"","input":{}}""", "invalid_request", "model");
        yield return Row("""{"model":null,"input":null}""", "invalid_request", "model", "input");
        yield return Row("""{"model":"no-such","input":{}}""", "model_not_found", "model");
        yield return Row("""{"model":"gone","input":{}}""", "model_not_found", "model");
        yield return Row("""{"model":"WAN","input":{"prompt":"a"}}""", "model_not_found", "model");
        yield return Row("""{"model":"wan","input":{"length":0,"colour":1}}""", "invalid_request", "input.prompt", "input.length", "input.colour");
        yield return Row("{" + Good + ""","webhookUrl":"x","Priority":1}""", "invalid_request", "Priority", "webhookUrl");
        yield return Row("{" + Good + ""","webhook_url":"ftp://example.com","priority":-1,"metadata":[]}""", "invalid_request", "metadata", "priority", "webhook_url");
        yield return Row("{" + Good + ""","webhook_url":"http://127.0.0.1/x"}""", "invalid_request", "webhook_url");
        yield return Row("{" + Good + ""","webhook_url":"http://169.254.169.254/latest"}""", "invalid_request", "webhook_url");
        yield return Row("{" + Good + ""","webhook_url":5}""", "invalid_request", "webhook_url");
        yield return Row("{" + Good + ""","priority":1.5}""", "invalid_request", "priority");
        yield return Row("{" + Good + ""","priority":"1"}""", "invalid_request", "priority");
        yield return Row("{" + Good + ""","priority":11}""", "invalid_request", "priority");
        yield return Row("{" + Good + ""","simulate":{"delay_seconds":1}}""", "invalid_request", "simulate");
        yield return Row("{" + Good + ""","simulate":{"delay_seconds":null}}""", "invalid_request", "simulate");
        yield return Row("{" + Good + ""","simulate":true}""", "invalid_request", "simulate");
        yield return Row("{" + Good + ""","metadata":{"a":5,"b":null,"c":{"d":1}}}""", "invalid_request", "metadata.a", "metadata.b", "metadata.c");
        yield return Row("{" + Good + ",\"metadata\":{\"" + new string('k', 65) + "\":\"v\"}}", "invalid_request", "metadata");
        yield return Row("{" + Good + ",\"metadata\":{\"k\":\"" + new string('v', 513) + "\"}}", "invalid_request", "metadata.k");
        yield return Row("{" + Good + ",\"metadata\":{" + string.Join(',', Enumerable.Range(0, 17).Select(i => $"\"k{i}\":\"v\"")) + "}}", "invalid_request", "metadata");
        yield return Row("""{"model":"wan","input":{"prompt":"a\u0000b"}}""", "invalid_request", "input.prompt");
        yield return Row("""{"model":"wan","input":{"prompt":"\ud800"}}""", "invalid_request", "input.prompt");
        yield return Row("""{"model":"wan\u0000","input":{"prompt":"a"}}""", "invalid_request", "model");
        yield return Row("""{"model":"wan","input":{"prompt":"a","image":"not-an-id"}}""", "invalid_request", "input.image");
        yield return Row("""{"model":"wan","input":{"prompt":"a","image":"file:///etc/passwd"}}""", "invalid_request", "input.image");
        yield return Row("""{"model":"wan","input":{"prompt":"a","image":"http://10.0.0.1/a.png"}}""", "invalid_request", "input.image");
        yield return Row("""{"model":"wan","input":{"prompt":"a","image":"https://pictures.example.com/none.png"}}""", "invalid_media", "input.image");
        yield return Row("{\"model\":\"wan\",\"input\":{\"prompt\":\"" + new string('p', 201) + "\"}}", "invalid_request", "input.prompt");
        yield return Row("{\"a\":" + string.Concat(Enumerable.Repeat("[", 100)) + string.Concat(Enumerable.Repeat("]", 100)) + "}", "malformed_json");
    }

    [TestCaseSource(nameof(Bodies))]
    public async Task Names_every_field_at_fault(string body, string code, string[] fields)
    {
        var problem = await _account.RefusedAsync(body, 400, key: Guid.NewGuid().ToString());
        Assert.Multiple(() =>
        {
            Assert.That(problem.Code, Is.EqualTo(code), problem.Detail);
            Assert.That(problem.Errors?.Keys ?? [], Is.EquivalentTo(fields));
        });
    }

    [TestCase(100, 8, "must make a video of 1 to 10 seconds; 100 frames at fps 8 make 12.5")]
    [TestCase(81, 8, "must make a video of 1 to 10 seconds; 81 frames at fps 8 make 10.125")]
    [TestCase(7, 8, "must make a video of 1 to 10 seconds; 7 frames at fps 8 make 0.875")]
    public async Task A_length_beyond_what_the_model_can_do_is_named(int frames, int fps, string fault)
    {
        var problem = await _account.RefusedAsync($$$"""{"model":"modes","input":{"frames":{{{frames}}},"fps":{{{fps}}}}}""", 400);
        Assert.That(problem.Errors!.Single(), Is.EqualTo(KeyValuePair.Create("input.frames", new[] { fault })).Using<KeyValuePair<string, string[]>>((one, other) =>
            one.Key == other.Key && one.Value.SequenceEqual(other.Value)));
    }

    [Test]
    public async Task Lists_the_models_that_there_are()
    {
        var problem = await _account.RefusedAsync("""{"model":"no-such","input":{}}""", 400);
        Assert.That(problem.Errors!["model"].Single(), Is.EqualTo("must be one of join, listen, modes, quick, wan, wan-last, whisper"));
    }

    [TestCase(256 * 1024)]
    [TestCase(1024 * 1024)]
    public async Task A_body_too_large_is_a_413(int length)
    {
        var problem = await _account.RefusedAsync("{\"model\":\"" + new string('x', length) + "\"}", 413);
        Assert.That(problem.Code, Is.EqualTo("payload_too_large"));
    }

    [TestCase("text/plain")]
    [TestCase("application/x-www-form-urlencoded")]
    [TestCase("multipart/form-data")]
    public async Task Another_content_type_is_a_415(string type)
    {
        using var answer = await _account.PostAsync("{" + Good + "}", contentType: type);
        Assert.That((int)answer.StatusCode, Is.EqualTo(415));
    }

    [Test]
    public async Task Bytes_that_are_no_UTF_8_are_malformed()
    {
        using var content = new ByteArrayContent([.. Encoding.UTF8.GetBytes("{\"model\":\""), 0xC3, 0x28, .. "\"}"u8]);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var answer = await _account.Client.PostAsync("/v1/jobs", content);
        Assert.That((await TestAccount.ReadAsync<Problem>(answer)).Code, Is.EqualTo("malformed_json"));
    }

    [Test]
    public async Task Too_few_credits_charge_nothing()
    {
        var poor = _app.Account();
        _app.Others.Credits[poor.Id] = 5;
        var problem = await poor.RefusedAsync("{" + Good + "}", 402, key: "poor");
        Assert.Multiple(() =>
        {
            Assert.That(problem.Code, Is.EqualTo("insufficient_credits"));
            Assert.That(((JsonElement)problem.Facts!["credits_required"]!).GetInt64(), Is.EqualTo(10));
            Assert.That(((JsonElement)problem.Facts!["credits_available"]!).GetInt64(), Is.EqualTo(5));
        });
    }

    [Test]
    public async Task Another_s_asset_is_answered_like_a_missing_one()
    {
        var theirs = _app.Others.AddAsset(Guid.CreateVersion7());
        var foreign = await _account.RefusedAsync($$$"""{"model":"wan","input":{"prompt":"a","image":"{{{theirs.AssetId}}}"}}""", 400);
        var missing = await _account.RefusedAsync($$$"""{"model":"wan","input":{"prompt":"a","image":"{{{Guid.CreateVersion7()}}}"}}""", 400);
        Assert.Multiple(() =>
        {
            Assert.That(foreign.Detail, Is.EqualTo(missing.Detail));
            Assert.That(foreign.Errors!["input.image"], Is.EqualTo(missing.Errors!["input.image"]));
        });
    }

    [Test]
    public async Task An_asset_of_another_kind_is_refused()
    {
        var clip = _app.Others.AddAsset(_account.Id, "video", 3);
        var problem = await _account.RefusedAsync($$$"""{"model":"wan","input":{"prompt":"a","image":"{{{clip.AssetId}}}"}}""", 400);
        Assert.That(problem.Errors!["input.image"].Single(), Is.EqualTo("must be of kind image; this asset is of kind video"));
    }

    [Test]
    public async Task A_silent_video_is_refused_before_anything_is_held_for_it()
    {
        var clip = _app.Others.AddAsset(_account.Id, "video", 3) with { HasAudio = false };
        _app.Others.Assets[(_account.Id, clip.AssetId)] = clip;
        var holds = _app.Others.HoldCalls;
        var problem = await _account.RefusedAsync($$$"""{"model":"listen","input":{"video":"{{{clip.AssetId}}}"}}""", 400);
        Assert.That(problem.Errors!["input.video"].Single(), Is.EqualTo("must have sound; this video has none"));
        Assert.That(_app.Others.HoldCalls, Is.EqualTo(holds));
    }

    [Test]
    public async Task A_script_with_faults_names_each()
    {
        var tester = _app.Account(test: true);
        var problem = await tester.RefusedAsync("{" + Good + ""","simulate":{"delay_seconds":601,"stall_at_percent":1.5,"fail_with":"nope","instant":1,"x":1}}""", 400);
        Assert.That(problem.Errors!.Keys, Is.EquivalentTo(
            new[] { "simulate.delay_seconds", "simulate.stall_at_percent", "simulate.fail_with", "simulate.instant", "simulate.x" }));
    }

    [Test]
    public async Task A_priority_above_the_plan_s_gives_its_hold_back()
    {
        var modest = _app.Account(limits: new JobLimits(1, 1, 2));
        var problem = await modest.RefusedAsync("{" + Good + ""","priority":3}""", 400);
        Assert.That(problem.Errors!["priority"].Single(), Is.EqualTo("must be at most 2 in your plan"));
    }

    [Test]
    public async Task Without_the_scope_it_is_forbidden()
    {
        var reader = _app.Account(scopes: "jobs:read");
        Assert.That((await reader.RefusedAsync("{" + Good + "}", 403)).Code, Is.EqualTo("forbidden"));
    }

    [Test]
    public async Task Without_a_caller_token_it_is_unauthorized()
    {
        using var nobody = new HttpClient { BaseAddress = new Uri(_app.Address) };
        using var answer = await nobody.PostAsync("/v1/jobs", new StringContent("{" + Good + "}", Encoding.UTF8, "application/json"));
        Assert.That((int)answer.StatusCode, Is.EqualTo(401));
    }

    [TestCase("")]
    [TestCase("\"\"")]
    [TestCase("two words")]
    public async Task A_bad_idempotency_key_is_named(string key)
    {
        var problem = await _account.RefusedAsync("{" + Good + "}", 400, key);
        Assert.That(problem.Errors!.Keys, Is.EqualTo(new[] { "Idempotency-Key" }));
    }

    [Test]
    public async Task A_key_too_long_is_named() =>
        Assert.That((await _account.RefusedAsync("{" + Good + "}", 400, new string('k', 256))).Errors!.Keys, Is.EqualTo(new[] { "Idempotency-Key" }));
}
