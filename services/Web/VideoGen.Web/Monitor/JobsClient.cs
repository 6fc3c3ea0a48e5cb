using System.Globalization;
using VideoGen.HttpApi;
using VideoGen.Jobs.Contracts;

namespace VideoGen.Web.Monitor;

/// <summary>Asks Jobs for everybody's jobs. When it does not answer, these throw <see cref="HttpRequestException"/> or a time-out.</summary>
internal sealed class JobsClient(HttpClient http)
{
    public Task<MonitoredJobs> ListAsync(JobFilter filter, Guid? before, Guid? from, int limit, CancellationToken ct) =>
        GetAsync<MonitoredJobs>($"internal/monitor/jobs?status={string.Join(',', filter.Statuses)}&before={before}&from={from}&limit={limit}", ct);

    /// <summary>Those of these jobs that there are.</summary>
    public Task<MonitoredJobs> ListAsync(IReadOnlyCollection<Guid> ids, CancellationToken ct) =>
        GetAsync<MonitoredJobs>("internal/monitor/jobs?ids=" + string.Join(',', ids), ct);

    public Task<MonitorPulse> PulseAsync(DateTimeOffset? since, CancellationToken ct) =>
        GetAsync<MonitorPulse>(
        "internal/monitor/pulse" + (since is { } time ? "?since=" + time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture) : ""), ct);

    async Task<T> GetAsync<T>(string address, CancellationToken ct) => (await http.GetFromJsonAsync<T>(address, ApiJson.Options, ct))!;
}
