using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using VideoGen.Jobs.Contracts;
using VideoGen.System.Tests.Clients;

namespace VideoGen.System.Tests.Input;

/// <summary>
/// Someone else's row is answered exactly like a missing one, on every route with an id. The routes come from the published
/// document; one that is not in the table of owners fails the test.
/// </summary>
[TestFixture]
public sealed partial class Asking_for_what_is_someone_elses
{
    static readonly string[] WithoutOwner = ["/v1/models/", "/admin/"];

    Dictionary<string, Guid> _owned = null!;
    NativeClient _owner = null!;
    NativeClient _stranger = null!;

    [OneTimeSetUp]
    public async Task Own_one_of_each()
    {
        await using var webhooks = await WebhookSink.StartAsync();
        _owner = await TheSystem.SignUpAsync();
        _stranger = await TheSystem.SignUpAsync();
        var folder = Directory.CreateTempSubdirectory("videogen-foreign").FullName;
        var asset = await _owner.UploadAsync(await Media.PictureAsync(folder), "image/jpeg");
        var endpoint = await _owner.PostAsync<JsonElement>("/v1/webhooks/endpoints", new { url = webhooks.Address + "/hook" });
        var job = await _owner.SubmitAsync(new { model = "wan2.1", input = new { prompt = "mine", width = 256, height = 256, length = 9 } });
        await _owner.WaitForEndAsync(job.Id, TimeSpan.FromMinutes(1));
        var key = await _owner.PostAsync<JsonElement>("/v1/account/keys", new { name = "mine" });
        var delivery = await TheSystem.UntilAsync(DeliveryAsync, TimeSpan.FromSeconds(20));
        _owned = new()
        {
            ["/v1/jobs/"] = job.Id,
            ["/v1/assets/"] = asset.Id,
            ["/v1/account/keys/"] = key.GetProperty("key").GetProperty("id").GetGuid(),
            ["/v1/webhooks/endpoints/"] = endpoint.GetProperty("id").GetGuid(),
            ["/v1/webhooks/deliveries/"] = delivery,
        };
        Directory.Delete(folder, recursive: true);
    }

    [OneTimeTearDown]
    public void Clear_away()
    {
        _owner.Dispose();
        _stranger.Dispose();
    }

    [Test]
    public async Task Answers_like_a_missing_one()
    {
        var api = await ApiDocument.FetchAsync();
        var operations = api.Operations.Where(operation => operation.PathParameters.Count > 0 && !WithoutOwner.Any(operation.Path.StartsWith)).ToList();
        var faults = new List<string>();
        foreach (var operation in operations)
        {
            var owner = _owned.Keys.SingleOrDefault(operation.Path.StartsWith);
            if (owner is null)
            {
                faults.Add($"{operation}: say in the table above whose ids it takes");
                continue;
            }
            var missing = await AskAsync(operation, Guid.CreateVersion7());
            var foreign = await AskAsync(operation, _owned[owner]);
            if (missing != foreign || !foreign.StartsWith("404 ", StringComparison.Ordinal)) faults.Add($"{operation}: foreign {foreign} · missing {missing}");
        }
        Assert.Multiple(() =>
        {
            Assert.That(operations, Has.Count.GreaterThan(10));
            Assert.That(faults, Is.Empty);
        });
    }

    [Test]
    public async Task Leaves_the_owner_with_everything()
    {
        var job = await _owner.GetAsync<JobView>($"/v1/jobs/{_owned["/v1/jobs/"]}");
        using var asset = await _owner.Http.GetAsync($"/v1/assets/{_owned["/v1/assets/"]}");
        Assert.Multiple(() =>
        {
            Assert.That(job.Status, Is.EqualTo(JobStatus.Completed));
            Assert.That(asset.IsSuccessStatusCode, Is.True);
        });
    }

    async Task<string> AskAsync(Operation operation, Guid id)
    {
        using var request = new HttpRequestMessage(new HttpMethod(operation.Method), operation.With(id.ToString()));
        if (operation.BodyProperties is not null) request.Content = new StringContent("{}", Encoding.UTF8, "application/json");
        using var answer = await _stranger.Http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return $"{(int)answer.StatusCode} {TraceId().Replace(text, "").Replace(id.ToString(), "<id>", StringComparison.Ordinal)}";
    }

    async Task<Guid?> DeliveryAsync()
    {
        var page = await _owner.GetAsync<JsonElement>("/v1/webhooks/deliveries");
        return page.GetProperty("data").EnumerateArray().Select(row => (Guid?)row.GetProperty("id").GetGuid()).FirstOrDefault();
    }

    [GeneratedRegex("\"trace_id\":\"[0-9a-f]+\"")]
    private static partial Regex TraceId();
}
