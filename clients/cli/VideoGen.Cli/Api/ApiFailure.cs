using System.Net;
using System.Text.Json.Nodes;
using VideoGen.Cli.Terminals;

namespace VideoGen.Cli.Api;

/// <summary>The API refused a request.</summary>
internal sealed class ApiFailure(HttpStatusCode status, JsonObject? problem, TimeSpan? retryAfter)
    : Exception((string?)problem?["detail"] ?? (string?)problem?["title"] ?? $"The server answered {(int)status}.")
{
    public HttpStatusCode Status => status;

    public string? Code => (string?)problem?["code"];

    public TimeSpan? RetryAfter => retryAfter;

    /// <summary>Whether the same request may succeed later, where a second one has no second effect.</summary>
    public bool IsTransient => status is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout
        || (status == HttpStatusCode.Conflict && Code == "idempotency_key_in_flight")
        || ((int)status >= 500 && (bool?)problem?["retryable"] != false);

    /// <summary>The same for the person who typed the command.</summary>
    public CommandFailure ForPeople()
    {
        var faults = problem?["errors"] is JsonObject errors
            ? errors.SelectMany(field => (field.Value as JsonArray ?? []).Select(text => $"\n  {SafeText.Line($"{field.Key}: {text}")}"))
            : [];
        var trace = (int)status >= 500 && (string?)problem?["trace_id"] is { } id ? $" (trace {id})" : "";
        return new CommandFailure(ExitCode, SafeText.Line(Message) + trace + string.Concat(faults), Advice, this);
    }

    int ExitCode => Code switch
    {
        "insufficient_credits" or "queue_full" or "rate_limited" or "quota_exceeded" => ExitCodes.Limited,
        _ => (int)status switch
        {
            401 or 403 => ExitCodes.NotAllowed,
            404 => ExitCodes.NotFound,
            429 => ExitCodes.Limited,
            >= 500 => ExitCodes.Unreachable,
            >= 400 => ExitCodes.Usage,
            _ => ExitCodes.Unexpected,
        },
    };

    string? Advice => Code switch
    {
        "unauthorized" => "Sign in again: videogen login. A key that was revoked or has expired does not come back.",
        "forbidden" => "Use a key with that scope: videogen keys create --scope …",
        "insufficient_credits" =>
            "See what is left and when more comes: videogen usage. A test key costs nothing: videogen login --test.",
        "model_not_found" => "See what there is: videogen models.",
        "queue_full" or "rate_limited" =>
            retryAfter is { } wait ? $"Try again in {Math.Ceiling(wait.TotalSeconds)} s." : "Try again in a moment.",
        "invalid_request" => null,
        _ when (int)status >= 500 => "Repeat the same command; it does not buy twice.",
        _ => null,
    };
}
