using VideoGen.Accounts.Contracts;
using VideoGen.HttpApi.Description;
using VideoGen.HttpApi.Errors;
using VideoGen.Jobs.Catalog;
using VideoGen.Jobs.Contracts;
using VideoGen.Jobs.Read;
using VideoGen.ServiceDefaults.Callers;

namespace VideoGen.Jobs.Receipts;

/// <summary>What became of a job's credits, in words.</summary>
internal static class ReceiptsFeature
{
    public static void AddReceipts(this WebApplicationBuilder builder)
    {
        builder.Services.DescribeShape<JobReceipt>(shape => shape.Words("status", JobStatus.All));
        builder.Services.DescribeShape<ReceiptLine>(shape => shape.Words("kind", ReceiptText.Kinds));
    }

    public static void MapReceipts(this IEndpointRouteBuilder app) => app
        .MapGet("/v1/jobs/{id:guid}/receipt", GetAsync)
        .RequireScope(Scope.JobsRead)
        .WithName("GetReceipt").NamesInPath("id", "The job's id.").WithTags("Jobs").WithSummary("What became of a job's credits")
        .WithDescription("""
            The price and how it came about, every try at a provider with why it was chosen and how it ended, and when credits were set aside, taken
            or given back, and why.
            """)
        .Produces<JobReceipt>().Refuses(404);

    static async Task<IResult> GetAsync(Guid id, HttpResponse response, Caller caller, ReadStore store, ModelCatalog catalog, CancellationToken ct)
    {
        if (await store.FindAsync(caller.Sees, id, ct) is not { } row) return Problems.Of(ErrorCodes.NotFound);
        response.Headers.CacheControl = "private, no-cache";
        return Results.Json(ReceiptText.Of(row, catalog.Current?.Models.GetValueOrDefault(row.Model)?.Model.Price));
    }
}
