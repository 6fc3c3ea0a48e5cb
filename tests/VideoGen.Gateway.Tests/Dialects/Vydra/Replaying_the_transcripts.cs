namespace VideoGen.Gateway.Tests.Dialects.Vydra;

[TestFixture]
public sealed class Replaying_the_transcripts
{
    static IEnumerable<TestCaseData> All() => Transcript.In("Vydra");

    [TestCaseSource(nameof(All))]
    public async Task Gives_the_recorded_answer(string path)
    {
        await using var gateway = await GatewayApplication.StartAsync();
        VydraCatalog.Serve(gateway.Services);
        var differences = await Transcript.Read(path).PlayAsync(gateway);
        Assert.Multiple(() =>
        {
            Assert.That(differences, Is.Empty);
            Assert.That(gateway.Errors, Is.Empty);
        });
    }
}
