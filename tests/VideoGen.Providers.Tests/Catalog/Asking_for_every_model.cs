using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using VideoGen.Providers.Catalog;
using VideoGen.Providers.Connectors;
using VideoGen.Providers.Connectors.Described;
using VideoGen.Providers.Connectors.Simulator;
using VideoGen.Providers.Contracts;
using VideoGen.Providers.Tests.Connectors.Described;
using VideoGen.Providers.Tests.Harness;

namespace VideoGen.Providers.Tests.Catalog;

/// <summary>What each route of each model makes of an input. Nothing is sent or drawn.</summary>
[TestFixture]
internal sealed class Asking_for_every_model
{
    static readonly CatalogModel[] Shipped = [.. ModelCatalog.Read(ServiceSettings.CatalogFolder, new FakeConnectors().All).Models];

    static IEnumerable<TestCaseData> AtVendors => Routes(route => Descriptions.All.ContainsKey(route.Connector));

    static IEnumerable<TestCaseData> AtTheSimulator => Routes(route => route.Connector == SimulatorConnector.ConnectorName);

    [TestCaseSource(nameof(AtVendors))]
    public void An_input_that_the_schema_takes_reaches_the_vendor(CatalogModel model, ConnectorRoute route)
    {
        var start = Sample.Start(model);
        var lost = Sample.Properties(model).Where(property => Sample.Places(model, start).All(place =>
            Values(property.Value).Select(value => Asked(model, route, With(place, property.Name, value))).Distinct().Count() == 1));
        Assert.That(lost.Select(property => property.Name), Is.Empty, "inputs that make no difference to the request");
    }

    [TestCaseSource(nameof(AtVendors))]
    public void The_defaults_alone_make_a_request(CatalogModel model, ConnectorRoute route) =>
        Assert.That(Asked(model, route, Sample.Start(model)), Does.Not.StartWith("fault"));

    [TestCaseSource(nameof(AtTheSimulator))]
    public void The_simulator_can_draw_every_value_of_every_choice(CatalogModel model, ConnectorRoute route)
    {
        var start = Sample.Start(model);
        var faults = new List<string?>();
        foreach (var property in Sample.Properties(model).Where(property => property.Value.TryGetProperty("enum", out _)))
            foreach (var value in property.Value.GetProperty("enum").EnumerateArray())
                faults.Add(Drawn(route, With(start, property.Name, JsonNode.Parse(value.GetRawText()))));
        Assert.That(faults.Append(Drawn(route, start)).OfType<string>(), Is.Empty);
    }

    [Test]
    public void What_is_said_of_a_models_life_is_a_date_and_a_model()
    {
        foreach (var model in Shipped)
        {
            if (model.Capabilities.TryGetProperty("seen", out var said)) Assert.That(IsDate(said.GetString()), model.Slug);
            if (model.Retirement?.Successor is { } next)
                Assert.That(Shipped.Where(other => other.Active).Select(other => other.Slug), Does.Contain(next), model.Slug);
        }
    }

    [Test]
    public void The_simulator_is_a_models_last_resort() => Assert.That(
        Shipped.Where(model => model.Routes!.SkipLast(1).Any(route => route.Connector == SimulatorConnector.ConnectorName))
            .Select(model => model.Slug), Is.Empty);

    static bool IsDate(string? said) =>
        DateOnly.TryParseExact(said, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    static IEnumerable<TestCaseData> Routes(Func<ConnectorRoute, bool> wanted) =>
        from model in Shipped
        from route in model.Routes!.Where(wanted)
        select new TestCaseData(model, route).SetArgDisplayNames($"{model.Slug} at {route.Connector}: {route.Model}");

    static string? Drawn(ConnectorRoute route, JsonObject input)
    {
        var renamed = VendorInput.Rename(JsonSerializer.SerializeToElement(input), route.Inputs);
        return SimulatorShape.Read(route.Model, VendorInput.Overlay(route.Settings ?? JsonElement.Parse("{}"), renamed), []).Fault;
    }

    /// <summary>The request for an input, as a text.</summary>
    static string Asked(CatalogModel model, ConnectorRoute route, JsonObject input)
    {
        var vendor = Descriptions.Of(route.Connector);
        var settings = route.Settings ?? JsonElement.Parse("{}");
        var task = settings.TryGetProperty("task", out var named) ? vendor.Tasks[named.GetString()!] : vendor.Tasks.Values.First();
        var assets = VendorInput.Rename(Sample.Assets(model, input), route.Inputs);
        var renamed = VendorInput.Rename(JsonSerializer.SerializeToElement(input), route.Inputs);
        var request = new CreateRequest(Guid.Empty, route.Model, renamed, assets, settings, Script: null, DateTimeOffset.UnixEpoch);
        AssetBytes[] bytes = [.. assets.Select(asset => new AssetBytes(asset, Encoding.UTF8.GetBytes(asset.Url.ToString())))];
        var call = RequestWriter.Create(task.Create, RequestWriter.ScopeOf(request, task.Create, bytes, callback: null), bytes);
        if (call.Fault is not null) return $"fault: {call.Fault}";
        using var content = call.Content!;
        return $"{call.Path} {string.Join(' ', PartsOf(content))}";
    }

    static IEnumerable<string> PartsOf(HttpContent content) => content is MultipartFormDataContent parts
        ? parts.Select(part => $"{part.Headers.ContentDisposition} {part.ReadAsStringAsync().GetAwaiter().GetResult()}")
        : [content.ReadAsStringAsync().GetAwaiter().GetResult()];

    /// <summary>Two values that a property may have; one for what has no choice.</summary>
    static IEnumerable<JsonNode?> Values(JsonElement property) => [Sample.Of(property, 0), Sample.Of(property, 1)];

    static JsonObject With(JsonObject input, string name, JsonNode? value)
    {
        var changed = input.DeepClone().AsObject();
        changed[name] = value;
        return changed;
    }
}
