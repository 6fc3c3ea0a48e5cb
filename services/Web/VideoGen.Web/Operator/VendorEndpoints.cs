using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using VideoGen.HttpApi.Paging;
using VideoGen.Jobs.Contracts;
using VideoGen.Web.Api;

namespace VideoGen.Web.Operator;

/// <summary>How vendors do, what they cost beside what their jobs earned, and what they may have lost.</summary>
internal sealed class VendorEndpoints(JobsApiClient jobs, ModelsApiClient providers, TimeProvider time)
{
    public async Task<IResult> ShowAsync(HttpRequest request, CancellationToken ct)
    {
        var query = MarginQuery.Of(request.Query);
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        var connectors = providers.GetAsync<ConnectorsShown>("admin/v1/connectors", ct);
        var alarms = providers.GetAsync<Page<AlarmShown>>("admin/v1/alarms?open=true", ct);
        var margins = jobs.GetAsync<MarginsView>(query.ApiPath(today), ct);
        var models = providers.GetAsync<Page<CatalogEntry>>("v1/models?active=true", ct);
        await Task.WhenAll(connectors, alarms, margins, models);
        return new RazorComponentResult<VendorsPage>(new
        {
            Query = query,
            Connectors = (await connectors).Value?.Data,
            Alarms = (await alarms).Value?.Data,
            Models = (await models).Value?.Data,
            Margins = (await margins).Value,
        });
    }
}

/// <summary>What the table of margins tells apart, and of how many days.</summary>
/// <param name="By"><c>model</c>, <c>route</c> or <c>day</c>.</param>
public sealed record MarginQuery(string By, int Days)
{
    public static readonly IReadOnlyList<(string Word, string Label)> Groups =
        [("model", "By model"), ("route", "By vendor"), ("day", "By day")];

    public static readonly IReadOnlyList<int> Spans = [7, 30, 90];

    public static MarginQuery Of(IQueryCollection query) => new(
        Groups.FirstOrDefault(group => group.Word == query["by"], Groups[0]).Word,
        int.TryParse(query["days"], NumberStyles.None, CultureInfo.InvariantCulture, out var days) && Spans.Contains(days)
            ? days : 30);

    public string Address(string? by = null, int? days = null) =>
        string.Create(CultureInfo.InvariantCulture, $"/operator/vendors?by={by ?? By}&days={days ?? Days}#margins");

    public string ApiPath(DateOnly today) => string.Create(
        CultureInfo.InvariantCulture, $"admin/v1/margins?by={By}&from={today.AddDays(1 - Days):yyyy-MM-dd}&to={today:yyyy-MM-dd}");

    /// <summary>What a row is of.</summary>
    public string NameOf(MarginView row) => By switch
    {
        "route" => row.Route is { Length: > 0 } route ? route : "unknown",
        "day" => row.Day?.ToString("MMM d, yyyy", CultureInfo.InvariantCulture) ?? "",
        _ => row.Model ?? "",
    };
}
