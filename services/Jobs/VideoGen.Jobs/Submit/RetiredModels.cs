using System.Text.Json;
using VideoGen.HttpApi.Errors;
using VideoGen.HttpApi.Requests;
using VideoGen.Jobs.Catalog;
using VideoGen.Providers.Contracts;

namespace VideoGen.Jobs.Submit;

/// <summary>What becomes of a submit for a model that its vendor has ended.</summary>
internal abstract record RetiredAnswer
{
    /// <summary>The model that the job is made with.</summary>
    public sealed record RunsOn(ModelEntry Entry) : RetiredAnswer;

    public sealed record Refused(ProblemAnswer Problem) : RetiredAnswer;
}

/// <summary>
/// Decides what a retired model's submit runs on: its successor, or that one's, if it is still offered and takes the input as it was given.
/// Else the refusal names it, and how its inputs differ. Pure.
/// </summary>
internal static class RetiredModels
{
    const int Shown = 3;

    public static bool IsRetired(CatalogModel model, DateTimeOffset now) =>
        model.Retirement is { } end && RetirementHeaders.StartOf(end.Retires) <= now;

    /// <summary>Tells of the model's end in the answer, if an end is known.</summary>
    public static void Tell(HttpResponse response, CatalogCopy? models, string? slug)
    {
        if (slug is not null && models?.Models.GetValueOrDefault(slug)?.Model.Retirement is { } end)
            RetirementHeaders.Show(response, end.Deprecated, end.Retires, end.Successor);
    }

    /// <param name="asked">A model that is retired.</param>
    /// <param name="input">As the customer gave it, without defaults.</param>
    public static RetiredAnswer Decide(CatalogCopy models, CatalogModel asked, JsonElement input, DateTimeOffset now)
    {
        if (SuccessorOf(models, asked, now) is not { } next) return new RetiredAnswer.Refused(WithoutSuccessor(asked));

        var faults = new Faults();
        next.Schema.Check(next.Schema.WithDefaults(input), faults);
        return faults.Any ? new RetiredAnswer.Refused(Refusal(asked, next.Model, faults)) : new RetiredAnswer.RunsOn(next);
    }

    /// <summary>What is refused on the successor of the model that was asked for, with both of their names.</summary>
    public static ProblemAnswer Naming(ProblemAnswer refusal, CatalogModel asked, CatalogModel next)
    {
        var problem = refusal.Problem;
        var facts = new Dictionary<string, object?>(problem.Facts ?? [], StringComparer.Ordinal) { ["successor"] = next.Slug };
        var detail = $"{Ended(asked)} Its jobs run on {next.Slug}: {problem.Detail}";
        return new ProblemAnswer(problem with { Detail = detail, Facts = facts }, refusal.RetryAfter);
    }

    static ProblemAnswer WithoutSuccessor(CatalogModel asked) => asked.Retirement!.Successor is { } named
        ? Problems.Of(ErrorCodes.ModelRetired, $"{Ended(asked)} Its successor {named} takes no jobs either.",
            facts: new Dictionary<string, object?>(StringComparer.Ordinal) { ["successor"] = named })
        : Problems.Of(ErrorCodes.ModelRetired, $"{Ended(asked)} Nothing takes its place.");

    static ModelEntry? SuccessorOf(CatalogCopy models, CatalogModel asked, DateTimeOffset now)
    {
        // No longer than the catalogue, for a copy of another release may lead in a circle.
        var slug = asked.Retirement!.Successor;
        for (var step = 0; step < models.Models.Count && slug is not null; step++)
        {
            if (models.Models.GetValueOrDefault(slug) is not { } entry) return null;
            if (!IsRetired(entry.Model, now)) return entry.Model.Active ? entry : null;
            slug = entry.Model.Retirement!.Successor;
        }

        return null;
    }

    static ProblemAnswer Refusal(CatalogModel asked, CatalogModel next, Faults faults)
    {
        var sentences = faults.ByField.OrderBy(fault => fault.Key, StringComparer.Ordinal)
            .SelectMany(fault => fault.Value, (fault, text) => $"{fault.Key} {text}.").ToList();
        var more = sentences.Count > Shown ? $" And {sentences.Count - Shown} more." : "";
        return Problems.Of(ErrorCodes.ModelRetired,
            $"{Ended(asked)} Use {next.Slug}, which does not take this input: {string.Join(' ', sentences.Take(Shown))}{more}",
            facts: new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                ["successor"] = next.Slug,
                ["parameters"] = Difference(asked.InputSchema, next.InputSchema),
            });
    }

    static string Ended(CatalogModel model) => $"{model.Slug} ended on {model.Retirement!.Retires:yyyy-MM-dd}.";

    static ParameterDifference Difference(JsonElement before, JsonElement after)
    {
        var (old, now) = (PropertiesOf(before), PropertiesOf(after));
        return new ParameterDifference(
            [.. now.Keys.Except(old.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            [.. old.Keys.Except(now.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            [.. now.Keys.Where(name => old.TryGetValue(name, out var was) && !IsSame(was, now[name])).Order(StringComparer.Ordinal)],
            [.. RequiredOf(after).Except(RequiredOf(before), StringComparer.Ordinal).Order(StringComparer.Ordinal)]);
    }

    static Dictionary<string, JsonElement> PropertiesOf(JsonElement schema) =>
        schema.TryGetProperty("properties", out var all)
            ? all.EnumerateObject().ToDictionary(one => one.Name, one => one.Value, StringComparer.Ordinal)
            : new Dictionary<string, JsonElement>(StringComparer.Ordinal);

    static IEnumerable<string> RequiredOf(JsonElement schema) =>
        schema.TryGetProperty("required", out var names) ? names.EnumerateArray().Select(name => name.GetString()!) : [];

    /// <summary>The words that explain an input don't count.</summary>
    static bool IsSame(JsonElement one, JsonElement other) => JsonElement.DeepEquals(Rules(one), Rules(other));

    static JsonElement Rules(JsonElement property) => JsonSerializer.SerializeToElement(property.EnumerateObject()
        .Where(member => member.Name is not ("title" or "description")).ToDictionary(member => member.Name, member => member.Value, StringComparer.Ordinal));
}

/// <summary>How a successor's inputs differ from those of the model before it.</summary>
/// <param name="Added">Those that only the successor has.</param>
/// <param name="Removed">Those that it does not have.</param>
/// <param name="Changed">Those with other types, values, limits or defaults.</param>
/// <param name="Required">Those that only the successor must have.</param>
internal sealed record ParameterDifference(
    IReadOnlyList<string> Added, IReadOnlyList<string> Removed, IReadOnlyList<string> Changed, IReadOnlyList<string> Required);
