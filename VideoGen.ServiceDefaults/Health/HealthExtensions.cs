using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;
using VideoGen.HttpApi.Requests;
using VideoGen.ServiceDefaults.Callers;

namespace VideoGen.ServiceDefaults.Health;

/// <summary>
/// <c>/health</c>: whether the process can do its work. <c>healthy</c> and <c>degraded</c> (it works, and an operator should look) are 200,
/// <c>unhealthy</c> is 503; each check that is not healthy says why. <c>/alive</c>: the process runs.
/// <para>A part of the system adds its own check with <c>AddHealthChecks().AddCheck(…)</c> and chooses between degraded and unhealthy.</para>
/// </summary>
public static class HealthExtensions
{
    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        app.MapHealthChecks("/health", new HealthCheckOptions { ResponseWriter = WriteAsync }).OpenToPublic().TakesAnything();
        app.MapHealthChecks("/alive", new HealthCheckOptions { Predicate = _ => false, ResponseWriter = WriteAsync }).OpenToPublic()
            .TakesAnything();
    }

    static Task WriteAsync(HttpContext context, HealthReport report) => context.Response.WriteAsJsonAsync(new
    {
        status = NameOf(report.Status),
        checks = report.Entries.ToDictionary(entry => entry.Key, entry => NameOf(entry.Value.Status)),
        reasons = report.Entries.Where(entry => entry.Value.Status != HealthStatus.Healthy).ToDictionary(entry => entry.Key, entry => ReasonOf(entry.Value)),
    });

    static string NameOf(HealthStatus status) => status.ToString().ToLowerInvariant();

    /// <summary>
    /// The check's own words. An exception's text may hold addresses, and the gateway's answer is public; so a check that gives an exception
    /// beside its words must use other words than it.
    /// </summary>
    static string ReasonOf(HealthReportEntry entry) =>
        entry.Description is { Length: > 0 } said && said != entry.Exception?.Message ? said : "the check failed";

    internal sealed class DatabaseCheck(NpgsqlDataSource source) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            try
            {
                await using var command = source.CreateCommand("select 1");
                await command.ExecuteScalarAsync(cancellationToken);
                return HealthCheckResult.Healthy();
            }
            catch (NpgsqlException failure)
            {
                return HealthCheckResult.Unhealthy("PostgreSQL does not answer", failure);
            }
        }
    }
}
