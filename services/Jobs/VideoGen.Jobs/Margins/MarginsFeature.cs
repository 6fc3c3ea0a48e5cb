using System.ComponentModel.DataAnnotations;
using System.Globalization;
using VideoGen.HttpApi.Description;
using VideoGen.HttpApi.Requests;
using VideoGen.Jobs.Contracts;
using VideoGen.ServiceDefaults.Resilience;

namespace VideoGen.Jobs.Margins;

/// <summary>Section <c>Jobs:Margins</c>.</summary>
internal sealed class MarginOptions
{
    public const string Section = "Jobs:Margins";

    /// <summary>What a credit earns, in US dollars. Default 0: not told, and then no margin is.</summary>
    [Range(0, 1_000)]
    public decimal UsdPerCredit { get; set; }
}

/// <summary>What jobs earn and what vendors take for them, for operators.</summary>
internal static class MarginsFeature
{
    public static void AddMargins(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<MarginOptions>().BindConfiguration(MarginOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddServiceClient<CostsClient>("providers");
        builder.Services.AddSingleton<MarginStore>();
        builder.Services.AddScoped<MarginsEndpoint>();
    }

    public static void MapMargins(this IEndpointRouteBuilder app) =>
        app.MapGet("/admin/v1/margins", (HttpRequest request, MarginsEndpoint margins, CancellationToken ct) => margins.HandleAsync(request, ct))
            .WithName("ListMargins").WithTags("Operator").WithSummary("What jobs earned and what their attempts cost")
            .WithDescription("""
                By model, route and day, or by those of them that `by` names. What attempts cost is what vendors said that they bill, or their units at
                the `cost_usd` of the route; attempts of which it is not known are counted. Jobs of test keys are left out.
                """)
            .TakesQuery(
                DayParameter(MarginsEndpoint.From, "The first day, UTC, such as 2026-11-01; 29 days before the last when it is left out."),
                DayParameter(MarginsEndpoint.To, "The last day; today when it is left out."),
                QueryParameter.Words(MarginsEndpoint.By, "By what to tell them apart; by all three when it is left out.", MarginsEndpoint.Groups))
            .Produces<MarginsView>().Refuses(400, 503);

    public static DateOnly? DayOf(string? text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;

    static QueryParameter DayParameter(string name, string description) =>
        QueryParameter.Of(name, description, text => DayOf(text) is null ? "must be a day such as 2026-11-30" : null);
}
