using System.Text.Json;
using VideoGen.Jobs.Contracts;
using VideoGen.System.Tests.Stage;
using VideoGen.VendorSimulators;

namespace VideoGen.System.Tests.Failover;

/// <summary>One job of a model of whose providers the first is down and the second out of money, from its submit to its receipt.</summary>
[TestFixture]
public sealed class Failing_over_to_the_third_provider
{
    const long Granted = 1000;

    Customer _customer = null!;
    JobView _job = null!;

    [OneTimeSetUp]
    public async Task Make_the_job()
    {
        TheSystem.Routes.Vendors["luma"].Next(Behaviour.RefuseMoney);
        _customer = await TheSystem.NewCustomerAsync(Granted);
        var accepted = await _customer.Native.SubmitAsync(
            new { model = ThreeRoutes.Model, input = new { prompt = "a fox that fails over", duration_seconds = 2 } });
        _job = await _customer.Native.WaitForEndAsync(accepted.Id, TimeSpan.FromMinutes(1));
        Assert.That(_job.Status, Is.EqualTo(JobStatus.Completed), _job.Error?.ToString());
        // The tries that made nothing are told by messages of their own.
        _job = await TheSystem.UntilAsync(
            async () => await _customer.Native.GetAsync<JobView>($"/v1/jobs/{accepted.Id}") is { Attempts.Count: 3 } told ? told : null,
            TimeSpan.FromSeconds(20));
    }

    [OneTimeTearDown]
    public void Leave() => _customer.Dispose();

    [Test]
    public void The_job_tells_each_try_its_reason_and_why_it_was_made()
    {
        Assert.That(_job.Provider, Is.EqualTo("ltx"));
        Assert.That(_job.Attempts!.Select(one => (one.Number, one.Provider, one.Outcome, one.Code, one.Message)), Is.EqualTo(new[]
        {
            (1, "vidu", "refused", "provider_unavailable", (string?)"The provider is not available."),
            (2, "luma", "refused", "provider_unavailable", "The provider does not accept jobs at present."),
            (3, "ltx", "succeeded", null, null),
        }));
        Assert.That(_job.Attempts!.Select(one => one.Chosen), Is.EqualTo(new[]
        {
            "It is the first provider of the model.", "It comes after vidu: The provider is not available.",
            "It comes after luma: The provider does not accept jobs at present.",
        }));
    }

    [Test]
    public async Task The_receipt_tells_what_was_charged_and_that_only_the_third_try_was()
    {
        var receipt = await _customer.Native.GetAsync<JobReceipt>($"/v1/jobs/{_job.Id}/receipt");
        Assert.That(receipt.Attempts, Is.EqualTo(_job.Attempts));
        Assert.That((receipt.Quoted, receipt.Held, receipt.Captured, receipt.Released),
            Is.EqualTo((_job.Credits.Captured, 0L, _job.Credits.Captured, 0L)));
        Assert.That(receipt.Lines.Where(line => line.Kind == "attempt").Select(line => line.Text), Is.EqualTo(new[]
        {
            "Attempt 1, vidu: The provider is not available. Nothing is taken for it.",
            "Attempt 2, luma: The provider does not accept jobs at present. Nothing is taken for it.",
            "Attempt 3, ltx: made the result.",
        }));
        var credits = (await _customer.Native.AccountAsync()).Credits;
        Assert.That((_job.Credits.Captured, credits.Available, credits.Held), Is.EqualTo((15L, Granted - 15L, 0L)));
    }

    [Test]
    public async Task An_operator_sees_the_vendors_reasons_and_what_each_try_costs()
    {
        using var operators = new Clients.NativeClient(TheSystem.Gateway, TheSystem.OperatorKey);
        var attempts = await operators.GetAsync<JsonElement>($"/admin/v1/attempts?job_id={_job.Id}");
        string[] members = ["connector", "refusal_kind", "charged", "cost_usd"];
        var told = attempts.GetProperty("data").EnumerateArray()
            .Select(one => string.Join(' ', members.Select(name => one.GetProperty(name).ToString())));
        Assert.That(told, Is.EqualTo(new[]
        {
            "vidu unavailable no 0", "luma quota no 0", "ltx   0.3",
        }));
    }

    [Test]
    public async Task The_third_vendor_made_it_once_and_its_file_is_the_result()
    {
        var bought = TheSystem.Routes.Vendors["ltx"].Accepted.Where(job => job.Text("prompt") == "a fox that fails over");
        Assert.That(bought.Count(), Is.EqualTo(1));
        Assert.That(TheSystem.Routes.Vendors["luma"].Accepted, Is.Empty);
        using var anonymous = new HttpClient();
        var file = await anonymous.GetByteArrayAsync(_job.Output!.Assets.Single().Url);
        Assert.That(file, Is.EqualTo(await File.ReadAllBytesAsync(TheSystem.Files.PathOf("clip.mp4"))));
    }
}
