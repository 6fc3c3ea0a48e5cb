using Microsoft.AspNetCore.Http.HttpResults;
using VideoGen.HttpApi.Paging;
using VideoGen.Providers.Contracts;
using VideoGen.Web.Api;

namespace VideoGen.Web.Operator;

/// <summary>The catalogue: what is offered, how it does, what ends when and where its jobs go then.</summary>
internal sealed class CatalogEndpoints(ModelsApiClient models, TimeProvider time)
{
    /// <summary><c>?show=ending</c>: only models whose end is known.</summary>
    public async Task<IResult> ShowAsync(HttpRequest request, CancellationToken ct)
    {
        var answer = await models.GetAsync<Page<CatalogEntry>>("v1/models", ct);
        if (answer.Value is not { } page) return answer.Refusal;
        var onlyEnding = request.Query["show"] == "ending";
        return new RazorComponentResult<CatalogPage>(new
        {
            Models = page.Data.Where(model => !onlyEnding || model.Retirement is not null)
                .OrderBy(model => model.Retirement?.Retires ?? DateOnly.MaxValue).ThenBy(model => model.Slug, StringComparer.Ordinal)
                .ToList(),
            Names = page.Data.ToDictionary(model => model.Slug, model => model.Name, StringComparer.Ordinal),
            OnlyEnding = onlyEnding,
            Today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime),
        });
    }
}

/// <summary>A model as <c>GET /v1/models</c> shows it, as far as operators' pages need it.</summary>
public sealed record CatalogEntry(
    string Slug, string Name, string Kind, string Vendor, PriceRule Price, bool Active, EntryHealth Health, ModelRetirement? Retirement)
{
    /// <summary>A class of the style sheet and what it means.</summary>
    public (string Tone, string Text) HealthWords => Health.Status switch
    {
        "healthy" => ("good", "healthy"),
        "degraded" => ("fair", "degraded"),
        "unavailable" => ("bad", "unavailable"),
        _ => ("idle", "not tried lately"),
    };

    /// <summary>The same about its end, if one is known.</summary>
    public (string Tone, string Text)? EndWords(DateOnly today) => Retirement switch
    {
        null => null,
        { } end when end.Retires <= today => ("failed", "retired"),
        { } end when end.Retires.DayNumber - today.DayNumber <= 30 => ("failed", $"ends in {end.Retires.DayNumber - today.DayNumber} days"),
        _ => ("pending", "deprecated"),
    };
}

/// <param name="Status"><c>healthy</c>, <c>degraded</c>, <c>unavailable</c> or <c>unknown</c>.</param>
/// <param name="Attempts">Of live jobs that ended in the last hour.</param>
/// <param name="SuccessRate">0 to 1; null when nothing was tried.</param>
public sealed record EntryHealth(string Status, int Attempts, double? SuccessRate, double? MedianSeconds);
