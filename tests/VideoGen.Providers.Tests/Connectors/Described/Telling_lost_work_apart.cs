using System.Text.Json;
using VideoGen.Providers.Connectors;
using VideoGen.VendorSimulators;

namespace VideoGen.Providers.Tests.Connectors.Described;

/// <summary>A vendor's list shows one piece of work that fits, and two customers' creates are in doubt.</summary>
[TestFixture, NonParallelizable] // It tells the same vendors what to do next as the other fixtures do.
internal sealed class Telling_lost_work_apart
{
    const string Ours = "a fox";

    SimulatedHost _host = null!;
    VendorCases _cases = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _host = await SimulatedHost.GetAsync();
        _cases = new VendorCases(_host.Vendors, _host.Providers);
    }

    /// <param name="state">Of the other attempt.</param>
    /// <param name="prompt">Of the other attempt. Luma's list shows prompts, Ark's does not.</param>
    /// <param name="age">In seconds, how long before ours the other attempt began.</param>
    [TestCase("ark", "creating", "a cat", 3, false)]
    [TestCase("ark", "unknown", "a cat", 60, false)]
    [TestCase("ark", "unknown", "a cat", -60, false)]
    [TestCase("ark", "abandoned", "a cat", 3, false)]
    [TestCase("ark", "unknown", "a cat", 600, true)]
    [TestCase("ark", "running", "a cat", 3, true)]
    [TestCase("ark", "absent", "a cat", 3, true)]
    [TestCase("ark", "refused", "a cat", 3, true)]
    [TestCase("luma-dream-machine", "unknown", "a cat", 3, true)]
    [TestCase("luma-dream-machine", "unknown", Ours, 3, false)]
    public async Task Nobody_gets_work_that_may_be_another_customers(string vendor, string state, string prompt, int age, bool isFound)
    {
        var one = new Spoken(vendor, "video");
        var request = _cases.Request(one) with { Model = $"m-{Guid.NewGuid():n}", Input = InputOf(Ours) };
        _host.Vendors[vendor].Forget();
        Assert.That(await _cases.IsUnknownAsync(one, request, Behaviour.LoseAnswer), Is.True);
        await WriteAsync(request.ClientReference, vendor, request.Model, "unknown", Ours, age: 0);
        await WriteAsync(Guid.CreateVersion7(), vendor, request.Model, state, prompt, age);

        var found = await _cases.Connector(one).FindAsync(VendorCases.Lost(request), CancellationToken.None);
        if (isFound) Assert.That((found as FindAnswer.Found)?.VendorId, Is.EqualTo(_host.Vendors[vendor].Accepted.Last().Id));
        else Assert.That(found, Is.TypeOf<FindAnswer.Undecided>());
    }

    static JsonElement InputOf(string prompt) => JsonSerializer.SerializeToElement(new { prompt });

    async Task WriteAsync(Guid attempt, string vendor, string model, string state, string prompt, int age)
    {
        var job = Guid.CreateVersion7();
        await _host.Providers.Database.ExecuteAsync("""
            insert into generations (job_id, account_id, model, input, assets, deadline, state, ended_at)
            values ($1, $1, 'm', $2::text::json, '[]', now(), 'succeeded', now())
            """, job, InputOf(prompt).GetRawText());
        await _host.Providers.Database.ExecuteAsync("""
            insert into attempts (id, job_id, number, model, route, connector, vendor_model, test, state, vendor_id, created_at)
            values ($1, $2, 1, 'm', 0, $3, $4, false, $5, $6, now() - make_interval(secs => $7::int))
            """, attempt, job, vendor, model, state, state == "running" ? $"v-{attempt}" : null, age);
    }
}
