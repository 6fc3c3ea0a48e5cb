using System.Text.Json.Nodes;
using VideoGen.Cli.Api;

namespace VideoGen.Cli.Running;

/// <summary>Waits for a job's end by long polls. An outage shorter than the wait delays it and does not end it.</summary>
internal sealed class JobWait(ApiClient api)
{
    const int LongestPollSeconds = 30;

    static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);

    public static bool HasEnded(JsonObject job) => job.TextAt("status") is "completed" or "failed" or "cancelled";

    /// <param name="onChange">Told of the job at first and after each change.</param>
    /// <param name="onTrouble">Told why nothing is known at the moment.</param>
    public async Task<JsonObject> EndOfAsync(
        string id, TimeSpan timeout, Action<JsonObject> onChange, Action<string> onTrouble, CancellationToken ct)
    {
        var began = TimeProvider.System.GetTimestamp();
        string? tag = null;
        var failures = 0;
        for (;;)
        {
            var left = timeout - TimeProvider.System.GetElapsedTime(began);
            if (left <= TimeSpan.Zero)
                throw new CommandFailure(
                    ExitCodes.TimedOut, $"Job {id} has not ended within {timeout.TotalSeconds:0} s; it goes on.", Advice(id));
            try
            {
                var seconds = tag is null ? 0 : (int)Math.Clamp(Math.Ceiling(left.TotalSeconds), 1, LongestPollSeconds);
                var (known, asked) = (tag, TimeProvider.System.GetTimestamp());
                var job = await LookAsync(id, seconds, tag, answered => tag = answered, ct);
                failures = 0;
                if (job is not null) onChange(job);
                if (job is not null && HasEnded(job)) return job;
                // A server that does not wait, though nothing has changed, is not asked without a pause.
                var rest = Pace - TimeProvider.System.GetElapsedTime(asked);
                if (tag == known && rest > TimeSpan.Zero) await Task.Delay(rest < left ? rest : left, ct);
            }
            catch (Exception failure) when (!ct.IsCancellationRequested && RetryPolicy.IsTransient(failure))
            {
                onTrouble(failure.Message);
                var wait = RetryPolicy.Delay(failures++, (failure as ApiFailure)?.RetryAfter);
                await Task.Delay(wait < left ? wait : left, ct);
            }
        }
    }

    public static string Advice(string id) => $"Go on waiting: videogen jobs wait {id} --out <folder>";

    /// <summary>Null while it is as it was.</summary>
    Task<JsonObject?> LookAsync(string id, int seconds, string? tag, Action<string?> onTag, CancellationToken ct)
    {
        var request = new HttpRequestMessage(
            HttpMethod.Get, $"/v1/jobs/{Uri.EscapeDataString(id)}" + (seconds > 0 ? $"?wait={seconds}s" : ""));
        if (tag is not null) request.Headers.TryAddWithoutValidation("If-None-Match", tag);
        return api.OnceAsync(request, ApiClient.Patience + TimeSpan.FromSeconds(seconds), ct, response =>
        {
            if (response.Headers.ETag is { } answered) onTag(answered.ToString());
        });
    }
}
