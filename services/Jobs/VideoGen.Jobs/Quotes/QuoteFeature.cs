using VideoGen.Accounts.Contracts;
using VideoGen.HttpApi.Description;
using VideoGen.HttpApi.Requests;
using VideoGen.Jobs.Contracts;
using VideoGen.ServiceDefaults.Callers;

namespace VideoGen.Jobs.Quotes;

/// <summary>What a job would cost and how long it would take.</summary>
internal static class QuoteFeature
{
    public static void AddQuotes(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<QuoteStore>();
        builder.Services.AddSingleton<ExpectedDurations>();
        builder.Services.AddScoped<QuoteEndpoint>();
        builder.Services.DescribeShape<QuoteRequest>(shape => shape.Requires("model", "input").OpenObject("input"));
    }

    public static void MapQuotes(this IEndpointRouteBuilder app) => app
        .MapPost("/v1/quotes", (HttpRequest request, Caller caller, QuoteEndpoint endpoint, CancellationToken ct) => endpoint.HandleAsync(request, caller, ct))
        .RequireScope(Scope.JobsRead)
        .WithName("QuoteJob").WithTags("Quotes").WithSummary("Price a job without making it")
        .WithDescription("The highest price, how it comes about, and how long such jobs take: the median and the 90th percentile of those that finished.")
        .Accepts<QuoteRequest>("application/json")
        .WithBodyExample("""{"model": "wan2.1", "input": {"prompt": "A lighthouse in a storm"}}""")
        .Produces<QuoteView>().ShowsRetirement(200).Refuses(400, 410);
}
