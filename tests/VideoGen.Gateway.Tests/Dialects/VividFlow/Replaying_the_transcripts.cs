namespace VideoGen.Gateway.Tests.Dialects.VividFlow;

[TestFixture]
public sealed class Replaying_the_transcripts
{
    readonly TranscriptStage _stage = new(services => VividFlowCatalog.Serve(services));

    static IEnumerable<TestCaseData> All() => Transcript.In("VividFlow");

    [TestCaseSource(nameof(All))]
    public Task Gives_the_recorded_answer(string path) => _stage.PlayAsync(path);

    [OneTimeTearDown]
    public async Task Stop() => await _stage.DisposeAsync();
}
