using System.Text.Json;
using VideoGen.Jobs.Tests.Feed;
using VideoGen.Testing;

namespace VideoGen.Jobs.Tests.Webhooks;

/// <summary>One application and one receiver for the tests of a fixture; each test has an account of its own.</summary>
public abstract class WebhookFixture(string name)
{
    internal FeedApplication App { get; private set; } = null!;

    internal WebhookSink Sink { get; private set; } = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        Sink = await WebhookSink.StartAsync();
        App = await FeedApplication.StartAsync(name);
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await App.DisposeAsync();
        await Sink.DisposeAsync();
    }

    internal async Task<Registered> RegisterAsync(Guid account, string url, params string[] events)
    {
        using var http = App.As(account);
        var created = await (await http.PostAsync("/v1/webhooks/endpoints", new { url, events = events.Length > 0 ? events : null })).JsonAsync(201);
        return new Registered(created.GetProperty("id").GetGuid(), created.GetProperty("secret").GetString()!);
    }

    internal async Task<Registered> RegisterVslAsync(Guid account, string url, params string[] events)
    {
        using var http = App.As(account);
        var created = await (await http.PostAsync("/v1/webhooks/endpoints", new { url, format = "vsl", events = events.Length > 0 ? events : null })).JsonAsync(201);
        return new Registered(created.GetProperty("id").GetGuid(), created.GetProperty("secret").GetString()!);
    }

    internal async Task<JsonElement> EndpointAsync(Guid account, Guid id)
    {
        using var http = App.As(account);
        return await http.GetJsonAsync($"/v1/webhooks/endpoints/{id}");
    }

    internal async Task<List<JsonElement>> DeliveriesAsync(Guid account, string query = "")
    {
        using var http = App.As(account);
        return [.. (await http.GetJsonAsync("/v1/webhooks/deliveries" + query)).GetProperty("data").EnumerateArray()];
    }

    /// <summary>The account's only delivery with its attempts, once it has this status.</summary>
    internal async Task<JsonElement> DeliveryAsync(Guid account, string status)
    {
        using var http = App.As(account);
        JsonElement found = default;
        await Eventually.ThatAsync(async () =>
        {
            found = await http.GetJsonAsync($"/v1/webhooks/deliveries/{(await DeliveriesAsync(account)).Single().GetProperty("id").GetGuid()}");
            return found.GetProperty("status").GetString() == status;
        }, because: $"the delivery is {status}");
        return found;
    }
}

internal sealed record Registered(Guid Id, string Secret);
