using System.Text.Json;

namespace VideoGen.Clients.Tests.Live;

/// <summary>The client of Visualizr's document, against a running system.</summary>
[TestFixture]
public sealed class Working_with_the_Visualizr_client
{
    JsonElement _told;

    [OneTimeSetUp]
    public async Task Run_it() => _told = await LiveProgram.TellAsync(ClientProgram.Python, "visualizr_client.py");

    [TestCase("sameRequest", "true")]
    [TestCase("completed", """["completed","256x256",100]""")]
    [TestCase("fromImage", "\"completed\"")]
    [TestCase("character", "\"completed\"")]
    [TestCase("cancelled", "\"cancelled\"")]
    [TestCase("waitOfCancelled", "\"cancelled\"")]
    [TestCase("models", """["animatediff","character-animation","stable-video-diffusion"]""")]
    [TestCase("model", "\"image-to-video\"")]
    [TestCase("listed", "true")]
    [TestCase("details", "true")]
    [TestCase("deleted", """["deleted",404]""")]
    [TestCase("health", "\"healthy\"")]
    [TestCase("metrics", """["generation","models","queue","requests","storage"]""")]
    [TestCase("memory", """["animatediff","unloaded"]""")]
    [TestCase("refused", """[400,"INVALID_PROMPT"]""")]
    [TestCase("unknown", """[404,"REQUEST_NOT_FOUND"]""")]
    public void Tells_what_the_system_did(string what, string expected) =>
        Assert.That(JsonSerializer.Serialize(_told.GetProperty(what)), Is.EqualTo(expected));
}
