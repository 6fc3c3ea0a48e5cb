using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace VideoGen.ServiceDefaults.Tests.Settings;

[TestFixture]
public sealed class Giving_a_setting_its_former_name
{
    [Test]
    public async Task Works_as_its_present_name_does()
    {
        await using var service = await StartAsync(new() { ["Limits:TrustedProxies:0"] = "10.0.0.1", ["Catalog:Refresh"] = "00:00:01" });
        Assert.Multiple(() =>
        {
            Assert.That(ValueOf(service, "Gateway:Limits:TrustedProxies:0"), Is.EqualTo("10.0.0.1"));
            Assert.That(ValueOf(service, "Jobs:Catalog:Refresh"), Is.EqualTo("00:00:01"));
        });
    }

    [Test]
    public async Task Works_inside_a_section_that_has_kept_its_name()
    {
        await using var service = await StartAsync(new() { ["Storage:SweepInterval"] = "00:01:00", ["Storage:Folder"] = "/somewhere" });
        Assert.Multiple(() =>
        {
            Assert.That(ValueOf(service, "Storage:Retention:Interval"), Is.EqualTo("00:01:00"));
            Assert.That(ValueOf(service, "Storage:Folder"), Is.EqualTo("/somewhere"));
        });
    }

    [Test]
    public async Task Counts_less_than_the_present_name()
    {
        await using var service = await StartAsync(new() { ["Monitor:Open"] = "true", ["Web:Monitor:Open"] = "false" });
        Assert.That(ValueOf(service, "Web:Monitor:Open"), Is.EqualTo("false"));
    }

    [Test]
    public async Task Leaves_names_alone_that_only_begin_alike()
    {
        await using var service = await StartAsync(new() { ["LimitsOfSomethingElse:A"] = "1", ["Catalog:Folder"] = "/somewhere" });
        Assert.Multiple(() =>
        {
            Assert.That(ValueOf(service, "Gateway:LimitsOfSomethingElse:A"), Is.Null);
            Assert.That(ValueOf(service, "Jobs:Catalog:Folder"), Is.Null);
        });
    }

    static Task<Service> StartAsync(Dictionary<string, string?> settings) => Service.StartAsync(_ => { }, settings: settings);

    static string? ValueOf(Service service, string key) => service.Services.GetRequiredService<IConfiguration>()[key];
}
