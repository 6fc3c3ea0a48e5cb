namespace VideoGen.Gateway.Tests.Dialects.Visualizr;

[TestFixture]
public sealed class Replaying_the_transcripts
{
    readonly TranscriptStage _stage = new(VisualizrCatalog.Serve);

    static IEnumerable<TestCaseData> All() => Transcript.In("Visualizr");

    [TestCaseSource(nameof(All))]
    public Task Gives_the_recorded_answer(string path) => _stage.PlayAsync(path);

    [OneTimeTearDown]
    public async Task Stop() => await _stage.DisposeAsync();
}
