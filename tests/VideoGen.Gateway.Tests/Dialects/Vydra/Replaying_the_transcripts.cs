namespace VideoGen.Gateway.Tests.Dialects.Vydra;

[TestFixture]
public sealed class Replaying_the_transcripts
{
    readonly TranscriptStage _stage = new(VydraCatalog.Serve);

    static IEnumerable<TestCaseData> All() => Transcript.In("Vydra");

    [TestCaseSource(nameof(All))]
    public Task Gives_the_recorded_answer(string path) => _stage.PlayAsync(path);

    [OneTimeTearDown]
    public async Task Stop() => await _stage.DisposeAsync();
}
