using System.Text.Json;
using VideoGen.HttpApi.Errors;
using VideoGen.Jobs.Catalog;
using VideoGen.Jobs.Submit;
using VideoGen.Providers.Contracts;

namespace VideoGen.Jobs.Tests.Submit;

/// <summary>Chains of models, of which the last are offered: a submit runs on the first living one, or is refused.</summary>
[TestFixture]
public sealed class Replacing_a_retired_model
{
    const string Plain =
        """{"type":"object","additionalProperties":false,"required":["prompt"],"properties":{"prompt":{"type":"string"}}}""";

    const string Other = """
        {"type":"object","additionalProperties":false,"required":["prompt","size"],"properties":{
          "prompt":{"type":"string","description":"Says more."},
          "size":{"type":"string","enum":["s","m"]},"seed":{"type":"integer","default":1}}}
        """;

    static readonly DateTimeOffset Now = new(2026, 11, 28, 0, 0, 0, TimeSpan.Zero);

    [TestCase("2026-11-29", ExpectedResult = false)]
    [TestCase("2026-11-28", ExpectedResult = true)]
    [TestCase("2025-01-01", ExpectedResult = true)]
    public bool Ends_with_the_first_moment_of_its_day(string day) => RetiredModels.IsRetired(Model("a", Plain, day, null), Now);

    // Each model as its name, its last day and its successor.
    [TestCase("a 2026-01-01 b, b", ExpectedResult = "b")]
    [TestCase("a 2026-01-01 b, b 2026-02-01 c, c 2027-01-01 d, d", ExpectedResult = "c")]
    [TestCase("a 2026-01-01 b, b 2026-02-01 c, c 2026-03-01 b", ExpectedResult = "refused")]
    [TestCase("a 2026-01-01 b, b 2026-02-01", ExpectedResult = "refused")]
    [TestCase("a 2026-01-01", ExpectedResult = "refused")]
    [TestCase("a 2026-01-01 nowhere", ExpectedResult = "refused")]
    public string Runs_on_the_first_that_is_still_offered(string chain)
    {
        var models = CopyOf([.. chain.Split(", ").Select(text => text.Split(' '))
            .Select(parts => Model(parts[0], Plain, parts.ElementAtOrDefault(1), parts.ElementAtOrDefault(2)))]);
        return Decide(models, "a", """{"prompt":"x"}""") is RetiredAnswer.RunsOn next ? next.Entry.Model.Slug : "refused";
    }

    [Test]
    public void One_that_takes_other_inputs_is_named_with_the_difference()
    {
        var models = CopyOf(Model("a", Plain, "2026-01-01", "b"), Model("b", Other, null, null));
        Assert.That(Decide(models, "a", """{"prompt":"x","size":"m"}"""), Is.InstanceOf<RetiredAnswer.RunsOn>(),
            "what is given counts, not what the old one took");
        var problem = ((RetiredAnswer.Refused)Decide(models, "a", """{"prompt":"x"}""")).Problem.Problem;
        var facts = JsonSerializer.SerializeToElement(problem.Facts, HttpApi.ApiJson.Options);
        Assert.That((problem.Status, problem.Code), Is.EqualTo((410, ErrorCodes.ModelRetired.Code)));
        Assert.That(problem.Detail, Does.StartWith("a ended on 2026-01-01. Use b, which does not take this input: input.size "));
        Assert.That(facts.GetRawText(), Is.EqualTo(
            """{"successor":"b","parameters":{"added":["seed","size"],"removed":[],"changed":[],"required":["size"]}}"""));
    }

    [Test]
    public void A_successor_that_takes_no_jobs_is_named()
    {
        var models = CopyOf(Model("a", Plain, "2026-01-01", "b"), Model("b", Plain, null, null) with { Active = false });
        var problem = ((RetiredAnswer.Refused)Decide(models, "a", """{"prompt":"x"}""")).Problem.Problem;
        Assert.That((problem.Detail, problem.Facts!["successor"]), Is.EqualTo(
            ("a ended on 2026-01-01. Its successor b takes no jobs either.", (object)"b")));
    }

    [Test]
    public void A_refusal_on_the_successor_names_both()
    {
        var poor = Problems.Of(ErrorCodes.InsufficientCredits, "This needs 10 credits; 1 are available.",
            facts: new Dictionary<string, object?> { ["credits_required"] = 10 }, retryAfter: TimeSpan.FromSeconds(3));
        var named = RetiredModels.Naming(poor, Model("a", Plain, "2026-01-01", "b"), Model("b", Plain, null, null));
        Assert.That((named.Problem.Code, named.Problem.Detail, named.RetryAfter), Is.EqualTo((
            "insufficient_credits", "a ended on 2026-01-01. Its jobs run on b: This needs 10 credits; 1 are available.",
            TimeSpan.FromSeconds(3))));
        Assert.That((named.Problem.Facts!["credits_required"], named.Problem.Facts["successor"]), Is.EqualTo(((object)10, (object)"b")));
    }

    static RetiredAnswer Decide(CatalogCopy models, string asked, string input) =>
        RetiredModels.Decide(models, models.Models[asked].Model, JsonElement.Parse(input), Now);

    static CatalogCopy CopyOf(params CatalogModel[] models) => new(
        "tag", models.ToDictionary(
            model => model.Slug, model => new ModelEntry(model, InputSchema.Compile(model.InputSchema)), StringComparer.Ordinal));

    static CatalogModel Model(string slug, string schema, string? day, string? successor)
    {
        var any = Harness.TestModels.All[0];
        var ends = day is null ? (DateOnly?)null : DateOnly.Parse(day, System.Globalization.CultureInfo.InvariantCulture);
        return any with
        {
            Slug = slug,
            InputSchema = JsonElement.Parse(schema),
            Retirement = ends is { } last ? new ModelRetirement(last, last, successor) : null,
        };
    }
}
