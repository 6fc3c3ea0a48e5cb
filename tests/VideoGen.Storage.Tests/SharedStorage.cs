using VideoGen.Storage.Tests.Hosting;

namespace VideoGen.Storage.Tests;

/// <summary>One service for all fixtures that need nothing special; accounts keep them apart.</summary>
[SetUpFixture]
public sealed class SharedStorage
{
    static StorageApplication? _application;
    static JobsSide? _jobs;

    internal static StorageApplication Application => _application ?? throw new InvalidOperationException("The shared service has not started.");

    internal static JobsSide Jobs => _jobs ?? throw new InvalidOperationException("The shared service has not started.");

    [OneTimeSetUp]
    public async Task Start()
    {
        _application = await StorageApplication.StartAsync("Storage:MaxUploadBytes=3000000", "Storage:MaxOutputBytes=3000000");
        _jobs = await JobsSide.StartAsync(_application.Settings);
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        if (_jobs is not null) await _jobs.DisposeAsync();
        if (_application is not null) await _application.DisposeAsync();
    }
}
