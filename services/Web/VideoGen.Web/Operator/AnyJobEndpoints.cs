using Microsoft.AspNetCore.Http.HttpResults;
using VideoGen.Jobs.Contracts;
using VideoGen.Web.Api;

namespace VideoGen.Web.Operator;

/// <summary>A job of any account, with what its customer is not told: its state machine, and every try in the vendor's own words.</summary>
internal sealed class AnyJobEndpoints(JobsApiClient jobs, ModelsApiClient providers)
{
    public async Task<IResult> ShowAsync(Guid id, CancellationToken ct)
    {
        var job = jobs.GetAsync<OperatorJobView>($"admin/v1/jobs/{id}", ct);
        var attempts = providers.GetAsync<AttemptsShown>($"admin/v1/attempts?job_id={id}", ct);
        await Task.WhenAll(job, attempts);
        return (await job).Value is not { } found ? (await job).Refusal
            : new RazorComponentResult<AnyJobPage>(new { Found = found, Attempts = (await attempts).Value?.Data });
    }
}

/// <summary>Answer of <c>GET /admin/v1/attempts</c>.</summary>
public sealed record AttemptsShown(IReadOnlyList<AttemptShown> Data);

/// <summary>One try at one vendor.</summary>
/// <param name="ErrorDetail">The vendor's own words.</param>
/// <param name="CostUsd">What it costs at the vendor, in US dollars; null where that is not known.</param>
/// <param name="Key">The name of the vendor's key; null where there is none to choose from.</param>
/// <param name="Chosen">Why its route was chosen.</param>
public sealed record AttemptShown(
    int Number, string Connector, string VendorModel, string State, string? VendorId, string? RefusalKind, string? ErrorCode,
    string? ErrorMessage, string? ErrorDetail, DateTimeOffset CreatedAt, DateTimeOffset? EndedAt, decimal? CostUsd,
    string? Key = null, string? Chosen = null)
{
    public string Tone => State switch
    {
        "succeeded" => "completed",
        "creating" or "running" => "running",
        "unknown" => "pending",
        "cancelled" or "absent" => "cancelled",
        _ => "failed",
    };
}
