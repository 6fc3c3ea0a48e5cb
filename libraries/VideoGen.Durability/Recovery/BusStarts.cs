using MassTransit;

namespace VideoGen.Durability.Recovery;

/// <summary>Whether the bus has been started and not been stopped since. Until then its endpoints are not out of order but not there yet.</summary>
internal sealed class BusStarts : IBusObserver
{
    volatile bool _hasStarted;

    public bool HasStarted => _hasStarted;

    public async Task PostStart(IBus bus, Task<BusReady> busReady)
    {
        await busReady;
        _hasStarted = true;
    }

    public Task PreStop(IBus bus)
    {
        _hasStarted = false;
        return Task.CompletedTask;
    }

    public void PostCreate(IBus bus)
    {
    }

    public void CreateFaulted(Exception exception)
    {
    }

    public Task PreStart(IBus bus) => Task.CompletedTask;

    public Task StartFaulted(IBus bus, Exception exception) => Task.CompletedTask;

    public Task PostStop(IBus bus) => Task.CompletedTask;

    public Task StopFaulted(IBus bus, Exception exception) => Task.CompletedTask;
}
