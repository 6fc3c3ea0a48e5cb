using VideoGen.Egress;
using VideoGen.Jobs.Feed;

namespace VideoGen.Jobs.Webhooks;

/// <summary>Body of <c>POST /v1/webhooks/endpoints</c>.</summary>
/// <param name="Url">https, public; required.</param>
/// <param name="Events">Event types, or <c>["*"]</c>; the ends of jobs when absent.</param>
/// <param name="Description">For people, up to 500 characters.</param>
/// <param name="Format"><c>native</c> (the default), or <c>vsl</c> for receivers written for VSL: ends of jobs only, in its shape.</param>
internal sealed record CreateEndpoint(string? Url, string[]? Events, string? Description, string? Format = null);

/// <summary>Body of <c>PATCH /v1/webhooks/endpoints/{id}</c>; what is absent stays.</summary>
/// <param name="Format"><c>native</c> or <c>vsl</c>, for events from now on; deliveries made before keep their bytes.</param>
internal sealed record ChangeEndpoint(string? Url, string[]? Events, string? Description, bool? Enabled, string? Format = null);

/// <summary>Body of the rotations.</summary>
/// <param name="OverlapHours">How long the present secret signs beside the new one: 0 to 168, default 24.</param>
internal sealed record RotateSecret(int? OverlapHours);

/// <summary>Checks what customers send; every fault at once.</summary>
internal static class EndpointInput
{
    public const string EveryEvent = "*";

    const int LongestDescription = 500;
    const int LongestOverlapHours = 168;
    const int UsualOverlapHours = 24;

    public static async Task<Dictionary<string, string[]>> FaultsAsync(EndpointChange fields, bool urlRequired, EgressGuard guard, CancellationToken ct)
    {
        var faults = new Dictionary<string, string[]>();
        var (url, events, description, format) = (fields.Url, fields.Events, fields.Description, fields.Format);
        if (url is null && urlRequired) faults["url"] = ["is required: where events are sent, for example https://example.com/hooks."];
        if (url is not null && await guard.CheckAsync(url, EgressProfile.Webhook, ct) is { IsAllowed: false, Reason: { } reason }) faults["url"] = [reason];
        if (events is not null && EventsFault(events, format) is { } fault) faults["events"] = [fault];
        if (description is not null && (description.Length > LongestDescription || description.Any(char.IsControl)))
            faults["description"] = [$"must be at most {LongestDescription} characters without control characters."];
        if (format is not null && !EndpointFormat.All.Contains(format, StringComparer.Ordinal)) faults["format"] = [$"must be one of {string.Join(", ", EndpointFormat.All)}."];
        return faults;
    }

    /// <summary>The overlap, or null with a fault.</summary>
    public static TimeSpan? Overlap(RotateSecret? body, out string? fault)
    {
        var hours = body?.OverlapHours ?? UsualOverlapHours;
        fault = hours is < 0 or > LongestOverlapHours ? $"must be 0 to {LongestOverlapHours}." : null;
        return fault is null ? TimeSpan.FromHours(hours) : null;
    }

    /// <summary>What is wrong with these event types in this format; null when nothing is.</summary>
    public static string? EventsFault(string[] events, string? format)
    {
        if (events is [EveryEvent]) return null;
        var (types, why) = format == EndpointFormat.Vsl ? (EventTypes.Ends, $" with format {format}") : (EventTypes.All, "");
        var known = events.Length > 0 && events.All(type => types.Contains(type, StringComparer.Ordinal)) && events.Distinct().Count() == events.Length;
        return known ? null : $"must be [\"*\"], or some of {string.Join(", ", types)}, each once{why}.";
    }
}
