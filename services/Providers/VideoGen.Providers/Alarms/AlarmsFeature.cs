using VideoGen.Durability;
using VideoGen.HttpApi.Description;
using VideoGen.HttpApi.Paging;
using VideoGen.HttpApi.Requests;

namespace VideoGen.Providers.Alarms;

/// <summary>What an operator is told: work that was lost at a vendor, models that end.</summary>
internal static class AlarmsFeature
{
    const int MostShown = 200;

    public static void AddAlarms(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<AlarmStore>();
        builder.Services.AddSingleton<LostWorkWatch>();
        builder.Services.AddDueWork<LostWorkWorker>(LostWorkWorker.Kind, due => due.LongestBackoff = TimeSpan.FromMinutes(10));
        builder.Services.AddRecurringWork<RetirementAlarms>(RetirementAlarms.Name, RetirementAlarms.Interval);
        builder.Services.DescribeShape<AlarmView>(shape => shape.Words("kind", AlarmKind.All));
    }

    public static void MapAlarms(this IEndpointRouteBuilder app) =>
        app.MapGet("/admin/v1/alarms", ListAsync).WithName("ListAlarms").WithTags("Operator")
            .WithSummary("What an operator should know")
            .WithDescription("Work that a vendor may have made without a job that waits for it, and models that end within a month; the newest first.")
            .TakesQuery(
                QueryParameter.Flag("open", "Only those of which the outcome is not known yet (true), or is (false)."),
                QueryParameter.Word("kind", "Only those of this kind.", AlarmKind.All),
                QueryParameter.Id("cursor", "`next_cursor` of the answer before."))
            .Produces<Page<AlarmView>>().Refuses(400);

    static async Task<IResult> ListAsync(HttpRequest request, AlarmStore store, CancellationToken ct)
    {
        var query = request.Query;
        var found = await store.ListAsync(query.FlagOf("open"), query.TextOf("kind"), query.IdOf("cursor"), MostShown, ct);
        var more = found.Count > MostShown;
        return Results.Ok(new Page<AlarmView>([.. found.Take(MostShown)], more ? found[MostShown - 1].Id.ToString() : null, more));
    }
}
