using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using VideoGen.Jobs.Contracts;
using VideoGen.System.Tests.Clients;
using VideoGen.System.Tests.Stage;

namespace VideoGen.System.Tests.Foreign;

/// <summary>
/// Someone else's row is answered exactly like a missing one, in every API: status, headers and body. The routes come from the program
/// and from the published document; one that the table of owners does not know fails the test.
/// </summary>
[TestFixture]
public sealed partial class Asking_for_what_is_someone_elses
{
    /// <summary>What differs between any two answers: the time, the trace, and how much of a limit is left.</summary>
    static readonly string[] OfTheMoment = ["Date", "X-Trace-Id", "RateLimit-", "X-RateLimit-"];

    static readonly IReadOnlyList<ApiRoute> Routes = [.. RouteList.OfNativeApi(), .. RouteList.OfDialects()];

    Dictionary<Owned, Guid> _owned = null!;
    Customer _owner = null!;
    Customer _stranger = null!;

    /// <summary>With a route of which nothing is known: that one fails.</summary>
    static IEnumerable<TestCaseData> WithOwner => Cases(Routes.Where(route => Ownership.Of(route)?.What != Owned.Nobody));

    static IEnumerable<TestCaseData> Reads => Cases(Routes.Where(route => route.Method is "GET" or "HEAD" && Ownership.Of(route) is { What: not Owned.Nobody }));

    [OneTimeSetUp]
    public async Task Own_one_of_each()
    {
        await using var webhooks = await WebhookSink.StartAsync();
        _owner = await TheSystem.NewCustomerAsync();
        _stranger = await TheSystem.NewCustomerAsync();
        var endpoint = await _owner.Native.PostAsync<JsonElement>("/v1/webhooks/endpoints", new { url = webhooks.Address + "/hook" });
        var job = await _owner.Native.SubmitAsync(new { model = "wan2.1", input = new { prompt = "mine", width = 256, height = 256, length = 9 } });
        job = await _owner.CompletedAsync(job.Id);
        var key = await _owner.NewKeyAsync();
        _owned = new()
        {
            [Owned.Job] = job.Id,
            [Owned.Asset] = job.Output!.Assets[0].Id,
            [Owned.ApiKey] = key.Key.Id,
            [Owned.WebhookEndpoint] = endpoint.GetProperty("id").GetGuid(),
            [Owned.WebhookDelivery] = await TheSystem.UntilAsync(DeliveryAsync, TimeSpan.FromSeconds(20)),
        };
    }

    [OneTimeTearDown]
    public void Clear_away()
    {
        _owner.Dispose();
        _stranger.Dispose();
    }

    [Test, Order(1)]
    public void Knows_the_doors_of_every_dialect() => Assert.Multiple(() =>
    {
        Assert.That(Door.Dialects.Select(door => door.Name), Is.EquivalentTo(RouteList.Dialects));
        Assert.That(Routes, Has.Count.GreaterThan(25));
    });

    [TestCaseSource(nameof(WithOwner)), Order(2)]
    public async Task Answers_like_a_missing_one(object asked)
    {
        var route = (ApiRoute)asked;
        var row = Ownership.Of(route);
        Assert.That(row, Is.Not.Null, $"{route}: say in Ownership.All whose ids it takes");
        var foreign = await AskAsync(_stranger, route, row!, _owned[row!.What]);
        var missing = await AskAsync(_stranger, route, row, Guid.CreateVersion7());
        Assert.Multiple(() =>
        {
            Assert.That(foreign.Text, Is.EqualTo(missing.Text));
            Assert.That(foreign.Status, Is.EqualTo(HttpStatusCode.NotFound));
        });
    }

    /// <summary>That the ids above were real ones in the right form: their owner gets what the stranger did not.</summary>
    [TestCaseSource(nameof(Reads)), Order(3)]
    public async Task Leaves_the_owner_with_everything(object asked)
    {
        var route = (ApiRoute)asked;
        var row = Ownership.Of(route)!;
        var answer = await AskAsync(_owner, route, row, _owned[row.What]);
        Assert.That((int)answer.Status, Is.LessThan(400), answer.Text);
    }

    [Test, Order(4)]
    public async Task Leaves_the_job_completed() =>
        Assert.That((await _owner.Native.GetAsync<JobView>($"/v1/jobs/{_owned[Owned.Job]}")).Status, Is.EqualTo(JobStatus.Completed));

    static IEnumerable<TestCaseData> Cases(IEnumerable<ApiRoute> routes) => routes.Select(route => new TestCaseData(route).SetArgDisplayNames(route.ToString()));

    static async Task<(HttpStatusCode Status, string Text)> AskAsync(Customer customer, ApiRoute route, Ownership row, Guid id)
    {
        using var request = new HttpRequestMessage(new HttpMethod(route.Method), route.With(string.Format(row.Form, id)));
        if (route.HasBody) request.Content = new StringContent("{}", Encoding.UTF8, "application/json");
        var door = Door.Dialects.Prepend(Door.Native).Single(door => door.Name == route.Api);
        using var http = customer.Open(door);
        // A stream of events goes on; its beginning tells enough.
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var body = answer.Content.Headers.ContentType?.MediaType == "text/event-stream" ? "" : await answer.Content.ReadAsStringAsync();
        var headers = answer.Headers.Concat(answer.Content.Headers).Where(header => !OfTheMoment.Any(name => header.Key.StartsWith(name, StringComparison.OrdinalIgnoreCase)))
            .Select(header => $"{header.Key}: {string.Join(", ", header.Value)}").Order();
        var text = $"{(int)answer.StatusCode}\n{string.Join('\n', headers)}\n{TraceId().Replace(body, "")}";
        return (answer.StatusCode, text.Replace(id.ToString(), "<id>", StringComparison.Ordinal).Replace(id.ToString("n"), "<id>", StringComparison.Ordinal));
    }

    async Task<Guid?> DeliveryAsync()
    {
        var page = await _owner.Native.GetAsync<JsonElement>("/v1/webhooks/deliveries");
        return page.GetProperty("data").EnumerateArray().Select(row => (Guid?)row.GetProperty("id").GetGuid()).FirstOrDefault();
    }

    [GeneratedRegex("\"trace_id\":\"[0-9a-f]+\"")]
    private static partial Regex TraceId();
}
