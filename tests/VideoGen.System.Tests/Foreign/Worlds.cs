using System.Text.Json;
using VideoGen.Accounts.Contracts;
using VideoGen.System.Tests.Clients;
using VideoGen.System.Tests.Stage;

namespace VideoGen.System.Tests.Foreign;

/// <summary>One of the two worlds of an account, with a key of it and one of each thing that a world can have.</summary>
/// <param name="Name"><c>test</c> or <c>live</c>.</param>
sealed record OwnWorld(string Name, string Key, NativeClient Native, IReadOnlyDictionary<Owned, Guid> Things)
{
    /// <summary>Small and quick, and of a vendor that the tests play.</summary>
    public static readonly object Job = new { model = "wan2.1", input = new { prompt = "mine", width = 256, height = 256, length = 9 } };

    public bool IsTest => Name == "test";

    /// <summary>The ids as any API may write them.</summary>
    public IEnumerable<string> Ids => Things.Values.SelectMany(id => (string[])[id.ToString(), id.ToString("n")]);

    public static async Task<OwnWorld> FillAsync(Customer customer, bool test, string webhookUrl)
    {
        var native = test ? customer.Tests : customer.Native;
        var endpoint = await native.PostAsync<JsonElement>("/v1/webhooks/endpoints", new { url = webhookUrl });
        var job = await customer.CompletedAsync((await native.SubmitAsync(Job)).Id);
        var key = await native.PostAsync<CreatedApiKey>("/v1/account/keys", new CreateApiKeyRequest("one more"));
        return new OwnWorld(test ? "test" : "live", test ? customer.TestKey : customer.LiveKey, native, new Dictionary<Owned, Guid>
        {
            [Owned.Job] = job.Id,
            [Owned.Asset] = job.Output!.Assets[0].Id,
            [Owned.ApiKey] = key.Key.Id,
            [Owned.WebhookEndpoint] = endpoint.GetProperty("id").GetGuid(),
            [Owned.WebhookDelivery] = await TheSystem.UntilAsync(() => DeliveryAsync(native), TimeSpan.FromSeconds(20)),
        });
    }

    static async Task<Guid?> DeliveryAsync(NativeClient native)
    {
        var page = await native.GetAsync<JsonElement>("/v1/webhooks/deliveries?status=delivered");
        return page.GetProperty("data").EnumerateArray().Select(row => (Guid?)row.GetProperty("id").GetGuid()).FirstOrDefault();
    }
}
