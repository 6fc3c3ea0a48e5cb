namespace VideoGen.Gateway.Tests.Dialects;

/// <summary>
/// One gateway for all transcripts of a dialect, one transcript at a time. Where earlier ones would show in the answer, a transcript
/// gets a gateway of its own: one that scripts the catalog, of which a gateway keeps what it has read, and a stranger's that shows
/// how much is left.
/// </summary>
internal sealed class TranscriptStage(Action<FakeServices> serveCatalog, params string[] settings) : IAsyncDisposable
{
    GatewayApplication? _shared;

    /// <summary>Plays the transcript and fails the test for every difference and for every error that the gateway logs.</summary>
    public async Task PlayAsync(string path)
    {
        var transcript = Transcript.Read(path);
        if (transcript.Scripts("/internal/catalog") || transcript.CountsAStranger)
        {
            await using var own = await GatewayApplication.StartAsync(settings);
            await PlayAsync(transcript, own);
            return;
        }
        _shared ??= await GatewayApplication.StartAsync(settings);
        await PlayAsync(transcript, _shared);
    }

    public async ValueTask DisposeAsync()
    {
        if (_shared is not null) await _shared.DisposeAsync();
    }

    async Task PlayAsync(Transcript transcript, GatewayApplication gateway)
    {
        gateway.Services.ClearScripts();
        gateway.ClearErrors();
        serveCatalog(gateway.Services);
        var differences = await transcript.PlayAsync(gateway);
        Assert.Multiple(() =>
        {
            Assert.That(differences, Is.Empty);
            Assert.That(gateway.Errors, Is.Empty);
        });
    }
}
