using System.Net;
using VideoGen.Providers.Contracts.Events;
using VideoGen.Providers.Tests.Harness;

namespace VideoGen.Providers.Tests.Attempts;

[TestFixture]
internal sealed class Starting_a_generation
{
    static readonly object SmallVideo = new { prompt = "A lighthouse on a cliff at dawn", width = 256, height = 256, length = 16, seed = 42 };

    ProvidersApplication _providers = null!;

    [OneTimeSetUp]
    public async Task Start() => _providers = await ProvidersApplication.StartAsync();

    [OneTimeTearDown]
    public async Task Stop() => await _providers.DisposeAsync();

    [Test]
    public async Task Ends_with_a_playable_video()
    {
        var job = await _providers.Jobs.StartAsync("wan2.1", SmallVideo);

        var succeeded = await _providers.Jobs.WaitForAsync<GenerationSucceeded>(job);

        Assert.That(succeeded.Provider, Is.EqualTo("simulator"));
        Assert.That(succeeded.Outputs, Has.Count.EqualTo(1));
        using var response = await _providers.FetchAsync(succeeded.Outputs[0].Url!);
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(response.Content.Headers.ContentLength, Is.GreaterThan(1000));
    }
}
