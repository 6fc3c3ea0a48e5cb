using Microsoft.Extensions.Configuration;
using VideoGen.Providers.Connectors;

namespace VideoGen.Providers.Tests.Connectors;

/// <summary>An operator's settings from the time before each vendor had its own section.</summary>
[TestFixture]
internal sealed class Settings_that_moved
{
    [TestCase("Providers:Simulator:MemoryGb", "Connectors:Simulator:MemoryGb")]
    [TestCase("Providers:MediaTools:Preset", "Connectors:MediaTools:Preset")]
    [TestCase("ComfyUI:Url", "Connectors:ComfyUi:BaseUrl")]
    [TestCase("ComfyUI:Headers:X-Key", "Connectors:ComfyUi:Headers:X-Key")]
    [TestCase("Replicate:WebhookSecret", "Connectors:Replicate:WebhookSecret")]
    public void Stop_the_start_and_name_the_new_one(string old, string current) =>
        Assert.That(Faults((old, "x")), Is.EqualTo(new[] { $"{old} is now called {current}." }));

    [Test]
    public void Are_named_all_at_once() => Assert.That(Faults(("Providers:Simulator:Preset", "fast"), ("Replicate:WebhookSecret", "whsec_x")), Has.Exactly(2).Items);

    [Test]
    public void New_names_and_the_services_own_are_in_order() =>
        Assert.That(Faults(("Connectors:Simulator:MemoryGb", "3"), ("Providers:Simulate", "true"), ("Providers:WorkFolder", "/x")), Is.Empty);

    static IEnumerable<string> Faults(params (string Name, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings.Select(one => KeyValuePair.Create(one.Name, (string?)one.Value))).Build();
        return new MovedSettingsValidator(configuration).Validate(null, new MovedSettings()).Failures ?? [];
    }
}
