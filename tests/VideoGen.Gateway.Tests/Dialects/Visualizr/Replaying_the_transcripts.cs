namespace VideoGen.Gateway.Tests.Dialects.Visualizr;

[TestFixture]
public sealed class Replaying_the_transcripts
{
    static IEnumerable<TestCaseData> All() => Transcript.In("Visualizr");

    [TestCaseSource(nameof(All))]
    public async Task Gives_the_recorded_answer(string path)
    {
        await using var gateway = await GatewayApplication.StartAsync();
        VisualizrCatalog.Serve(gateway.Services);
        var differences = await Transcript.Read(path).PlayAsync(gateway);
        Assert.Multiple(() =>
        {
            Assert.That(differences, Is.Empty);
            Assert.That(gateway.Errors, Is.Empty);
        });
    }
}
