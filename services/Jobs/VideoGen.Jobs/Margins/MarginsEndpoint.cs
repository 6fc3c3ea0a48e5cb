using Microsoft.Extensions.Options;
using VideoGen.HttpApi.Errors;
using VideoGen.HttpApi.Requests;

namespace VideoGen.Jobs.Margins;

/// <summary><c>GET /admin/v1/margins</c>.</summary>
internal sealed class MarginsEndpoint(MarginStore store, CostsClient costs, IOptions<MarginOptions> options, TimeProvider time)
{
    public const string From = "from";
    public const string To = "to";
    public const string By = "by";

    const int UsualDays = 30;

    public static IReadOnlyList<string> Groups { get; } = ["model", "route", "day"];

    public async Task<IResult> HandleAsync(HttpRequest request, CancellationToken ct)
    {
        var to = MarginsFeature.DayOf(request.Query.TextOf(To)) ?? DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        var from = MarginsFeature.DayOf(request.Query.TextOf(From)) ?? to.AddDays(1 - UsualDays);
        if (from > to) return Faults.Of(From, $"must not be after {To}");
        var by = request.Query.WordsOf(By) is { Length: > 0 } named ? named : Groups;
        try
        {
            var earned = await store.ReadAsync(RetirementHeaders.StartOf(from), RetirementHeaders.StartOf(to.AddDays(1)), ct);
            var spent = await costs.ReadAsync(from, to, ct);
            return Results.Json(MarginDecision.Of(from, to, options.Value.UsdPerCredit, by, earned, spent));
        }
        catch (HttpRequestException)
        {
            return Problems.Of(ErrorCodes.ServiceUnavailable, "Providers does not tell what attempts cost.", retryAfter: TimeSpan.FromSeconds(2));
        }
    }
}
