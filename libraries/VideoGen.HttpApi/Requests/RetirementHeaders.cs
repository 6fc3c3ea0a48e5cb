using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using VideoGen.HttpApi.Description;

namespace VideoGen.HttpApi.Requests;

/// <summary>
/// Tells in an answer that what was asked for is to be given up: <c>Deprecation</c> (RFC 9745), <c>Sunset</c> (RFC 8594), and as a
/// <c>Link</c> what comes after it (RFC 5829). Days begin at midnight, UTC.
/// </summary>
public static class RetirementHeaders
{
    public const string Deprecation = "Deprecation";
    public const string Sunset = "Sunset";

    /// <param name="deprecated">Since when it should not be used for anything new.</param>
    /// <param name="retires">When it ends.</param>
    /// <param name="successor">Slug of the model that follows; null for no link.</param>
    public static void Show(HttpResponse response, DateOnly deprecated, DateOnly retires, string? successor)
    {
        response.Headers[Deprecation] = string.Create(CultureInfo.InvariantCulture, $"@{StartOf(deprecated).ToUnixTimeSeconds()}");
        response.Headers[Sunset] = StartOf(retires).ToString("R", CultureInfo.InvariantCulture);
        if (successor is not null) response.Headers.Append("Link", $"</v1/models/{successor}>; rel=\"successor-version\"");
    }

    /// <summary>The day's beginning.</summary>
    public static DateTimeOffset StartOf(DateOnly day) => new(day, TimeOnly.MinValue, TimeSpan.Zero);

    /// <summary>Describes the headers of this status.</summary>
    public static RouteHandlerBuilder ShowsRetirement(this RouteHandlerBuilder route, int status) => route
        .ShowsHeader(status, Deprecation,
            "Since when the model should not be used for anything new, as `@` and seconds since 1970; absent for a model without an end.")
        .ShowsHeader(status, Sunset, "When the model ends, or ended.");
}
