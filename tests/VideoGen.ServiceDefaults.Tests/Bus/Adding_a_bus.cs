using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using VideoGen.ServiceDefaults.Bus;

namespace VideoGen.ServiceDefaults.Tests.Bus;

[TestFixture]
public sealed class Adding_a_bus
{
    [Test]
    public void Reports_nothing_to_anybody([Values] bool isListeningOnly)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration["ConnectionStrings:rabbitmq"] = "amqp://user:password@127.0.0.1:1/";
        if (isListeningOnly) builder.AddListeningBus(_ => { });
        else builder.AddBus(_ => { });
        using var services = builder.Services.BuildServiceProvider();
        Assert.That(services.GetRequiredService<IOptions<UsageTelemetryOptions>>().Value.Enabled, Is.False);
    }
}
