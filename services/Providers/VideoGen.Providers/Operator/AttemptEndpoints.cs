using VideoGen.HttpApi.Description;
using VideoGen.HttpApi.Requests;
using VideoGen.Providers.Attempts;
using VideoGen.Providers.Connectors;

namespace VideoGen.Providers.Operator;

/// <summary>One try at one vendor, with everything that an operator may know and a customer may not.</summary>
/// <param name="Route">Index in the model's routes.</param>
/// <param name="State"><c>creating</c>, <c>unknown</c>, <c>running</c>, <c>succeeded</c>, <c>refused</c>, <c>failed</c>, <c>absent</c>, <c>cancelled</c> or <c>abandoned</c>.</param>
/// <param name="VendorId">The vendor's id of the work; null until it is known.</param>
/// <param name="RefusalKind">Whose reason: <c>unavailable</c>, <c>rate_limited</c>, <c>quota</c>, <c>lost</c>, <c>failed</c>, <c>input</c>, <c>content</c>.</param>
/// <param name="ErrorDetail">The vendor's own words.</param>
/// <param name="Outputs">How many files it made, delivered or not.</param>
/// <param name="Charged">Of a refusal: whether the vendor bills it, <c>yes</c>, <c>no</c> or <c>unknown</c>.</param>
/// <param name="CostUsd">What it costs at the vendor, in US dollars; null where that is not known.</param>
/// <param name="Key">The name of the vendor's key that it uses; null where there is none to choose from.</param>
/// <param name="Chosen">Why its route was chosen, as the customer reads it.</param>
/// <param name="ChosenBy">The policy, and the figures of the routes in the order that followed from it.</param>
/// <param name="Usage">What the vendor says it bills: its unit, such as <c>tokens</c> or <c>seconds</c>, to the quantity.</param>
internal sealed record AttemptView(
    Guid Id, Guid JobId, int Number, string Model, int Route, string Connector, string VendorModel, bool Test, string State, string? VendorId, int Percent,
    string Step, string? RefusalKind, string? ErrorCode, string? ErrorMessage, string? ErrorDetail, int Outputs, DateTimeOffset CreatedAt,
    DateTimeOffset? AcceptedAt, DateTimeOffset? EndedAt, string? Charged, IReadOnlyDictionary<string, decimal> Usage,
    decimal? CostUsd, string? Key, string? Chosen, string? ChosenBy);

/// <summary>Every attempt of a job, the first one first.</summary>
internal sealed record AttemptList(IReadOnlyList<AttemptView> Data);

internal static class AttemptEndpoints
{
    public static void AddAttemptDescription(this IServiceCollection services) => services.DescribeShape<AttemptView>(shape => shape
        .Words("state", Enum.GetNames<AttemptState>().Select(name => name.ToLowerInvariant()))
        .Words("refusal_kind", Enum.GetNames<RefusalKind>().Select(SnakeCase)));

    public static void MapAttempts(this IEndpointRouteBuilder app) =>
        app.MapGet("/admin/v1/attempts", ListAsync).WithName("ListAttempts").WithTags("Operator")
            .WithSummary("The attempts of a job").WithDescription("Every try at every vendor, with the vendors' own words. Needs an operator's key.")
            .TakesQuery(QueryParameter.Id("job_id", "The job.", isRequired: true)).Produces<AttemptList>()
                .Refuses(400, 404);

    static async Task<IResult> ListAsync(HttpRequest request, GenerationStore store, CancellationToken ct) =>
        Results.Ok(new AttemptList([.. (await store.AttemptsAsync(request.Query.IdOf("job_id")!.Value, ct)).Select(View)]));

    static AttemptView View(AttemptRow row) => new(
        row.Id, row.JobId, row.Number, row.Model, row.Route, row.Connector, row.VendorModel, row.Test, row.State.ToString().ToLowerInvariant(), row.VendorId,
        row.Percent, row.Step, row.Refusal is { } refusal ? SnakeCase(refusal.Kind.ToString()) : null, row.Refusal?.Code.Code, row.Refusal?.Message,
        row.Refusal?.Detail, row.Outputs.Count, row.CreatedAt, row.AcceptedAt, row.EndedAt, row.Refusal?.Charged.ToString().ToLowerInvariant(),
        row.Usage.GroupBy(usage => usage.Unit)
            .ToDictionary(unit => unit.Key, unit => unit.Sum(usage => usage.Quantity), StringComparer.Ordinal),
        row.CostUsd, row.Key, row.Chosen, row.ChosenBy);

    static string SnakeCase(string name) => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(name);
}
