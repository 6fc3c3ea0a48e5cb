using System.Net;
using System.Text.Json.Nodes;
using VideoGen.Cli.Terminals;

namespace VideoGen.Cli.Api;

/// <summary>The API refused a request.</summary>
/// <param name="problem">Its problem+json; null for the answer of something between us and the API.</param>
/// <param name="retryAfter">How long it asks to wait.</param>
/// <param name="location">Where it sends whoever asks; no redirect is followed.</param>
internal sealed class ApiFailure(HttpStatusCode status, JsonObject? problem, TimeSpan? retryAfter, Uri? location = null)
    : Exception(Shorten(problem.TextAt("detail") ?? problem.TextAt("title")) ?? Unknown(status, location))
{
    const int MostFaults = 20;
    const int LongestText = 2000;

    public HttpStatusCode Status => status;

    public string? Code => problem.TextAt("code");

    public TimeSpan? RetryAfter => retryAfter;

    /// <summary>Whether the same request may succeed later, where a second one has no second effect.</summary>
    public bool IsTransient => status is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout
        || (status == HttpStatusCode.Conflict && Code == "idempotency_key_in_flight")
        || ((int)status >= 500 && problem.FlagAt("retryable") != false);

    /// <summary>The same for the person who typed the command.</summary>
    public CommandFailure ForPeople()
    {
        var faults = problem.At("errors") is JsonObject errors
            ? errors.SelectMany(field => (field.Value as JsonArray ?? []).Select(text => SafeText.Line($"{field.Key}: {text}")))
                .Take(MostFaults).Select(fault => $"\n  {Shorten(fault)}")
            : [];
        var trace = (int)status >= 500 && problem.TextAt("trace_id") is { } id ? $" (trace {SafeText.Line(id)})" : "";
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
            _ => ExitCodes.Unreachable,
        },
    };

    string? Advice => Code switch
    {
        "unauthorized" => "Sign in again: videogen login. A key that was revoked or has expired does not come back.",
        "forbidden" => "Use a key with that scope: videogen keys create --scope …",
        "insufficient_credits" =>
            "See what is left and when more comes: videogen usage. A test key costs nothing: videogen login --test.",
        "model_not_found" => "See what there is: videogen models list",
        "invalid_request" => null,
        _ when location is not null => "See that the address is right (https?): videogen login --server …",
        "queue_full" or "rate_limited" => $"Try again {When}.",
        _ when status is HttpStatusCode.TooManyRequests => $"Try again {When}.",
        _ when (int)status >= 500 => retryAfter is null ? Repeat : $"{Repeat} Not before: {When}.",
        _ => null,
    };

    const string Repeat = "Repeat the same command; it does not buy twice.";

    string When => retryAfter is { } wait && wait > TimeSpan.Zero ? $"in {Math.Ceiling(wait.TotalSeconds)} s" : "in a moment";

    static string Unknown(HttpStatusCode status, Uri? location) => location is null
        ? $"The server answered {(int)status}, and not as VideoGen's API does."
        : $"The server answered {(int)status} and points to {location}, where the key is not sent.";

    static string? Shorten(string? text) => text is { Length: > LongestText } ? text[..LongestText] + "…" : text;
}
