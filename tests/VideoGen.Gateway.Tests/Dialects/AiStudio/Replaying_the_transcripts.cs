namespace VideoGen.Gateway.Tests.Dialects.AiStudio;

[TestFixture]
public sealed class Replaying_the_transcripts
{
    readonly TranscriptStage _stage = new(AiStudioCatalog.Serve, "Links:PublicUrl=https://videogen.example.com/");

    static IEnumerable<TestCaseData> All() => Transcript.In("AiStudio");

    [TestCaseSource(nameof(All))]
    public Task Gives_the_recorded_answer(string path) => _stage.PlayAsync(path);

    [OneTimeTearDown]
    public async Task Stop() => await _stage.DisposeAsync();
}
