using System.Text.Json;

namespace VideoGen.Clients.Tests.Live;

/// <summary>The packages that VSL's programs import, against a running system.</summary>
[TestFixture(ClientProgram.Node, "vsl.js", "user123")]
[TestFixture(ClientProgram.Python, "vsl_client.py", "python")]
public sealed class Working_with_the_VSL_clients(string program, string script, string user)
{
    JsonElement _told;

    [OneTimeSetUp]
    public async Task Run_it() => _told = await LiveProgram.TellAsync(program, script);

    [TestCase("image", """["pending",256,256,"completed"]""")]
    [TestCase("link", "\"image\"")]
    [TestCase("sameJob", "true")]
    [TestCase("audio", """["duration","fileSize","originalUrl","s3Path"]""")]
    [TestCase("refused", """[400,"MODEL_NOT_FOUND"]""")]
    [TestCase("unknown", """[404,"JOB_NOT_FOUND"]""")]
    public void Tells_what_the_system_did(string what, string expected) =>
        Assert.That(JsonSerializer.Serialize(_told.GetProperty(what)), Is.EqualTo(expected));

    [Test]
    public void Makes_a_video_of_a_picture_for_an_end_user() =>
        Assert.That(JsonSerializer.Serialize(_told.GetProperty("video")), Is.EqualTo($"""[24,"videos/{user}"]"""));

    [Test]
    public void A_webhook_in_its_shape_has_the_result_of_the_status() =>
        Assert.That(JsonSerializer.Serialize(_told.GetProperty("webhook")), Is.EqualTo($"""["job.completed","{user}",true]"""));
}
