using VideoGen.Egress;
using VideoGen.HttpApi.Errors;
using VideoGen.HttpApi.Requests;
using VideoGen.Jobs.Feed;

namespace VideoGen.Jobs.Webhooks;

/// <summary>Body of <c>POST /v1/webhooks/endpoints</c>.</summary>
/// <param name="Url">https, public; required.</param>
/// <param name="Events">Event types, or <c>["*"]</c>; the ends of jobs when absent.</param>
/// <param name="Description">For people, up to 500 characters.</param>
/// <param name="Format"><c>native</c> (the default), or <c>vsl</c> for receivers written for VSL: ends of jobs only, in its shape.</param>
/// <param name="Headers">Sent with each delivery, by their names; the values are not shown again.</param>
internal sealed record CreateEndpoint(
    string? Url, string[]? Events, string? Description, string? Format = null, IReadOnlyDictionary<string, string>? Headers = null);

/// <summary>Body of <c>PATCH /v1/webhooks/endpoints/{id}</c>; what is absent stays.</summary>
/// <param name="Format"><c>native</c> or <c>vsl</c>, for events from now on; deliveries made before keep their bytes.</param>
/// <param name="Headers">All of them anew, an empty object for none; must be given with a URL on another host.</param>
internal sealed record ChangeEndpoint(
    string? Url, string[]? Events, string? Description, bool? Enabled, string? Format = null,
        IReadOnlyDictionary<string, string>? Headers = null);

/// <summary>Body of the rotations.</summary>
/// <param name="OverlapHours">How long the present secret signs beside the new one: 0 to 168, default 24.</param>
internal sealed record RotateSecret(int? OverlapHours);

/// <summary>Checks what customers send; every fault at once.</summary>
internal static class EndpointInput
{
    public const string EveryEvent = "*";

    const int LongestUrl = 2048;
    const int LongestDescription = 500;
    const int LongestOverlapHours = 168;
    const int UsualOverlapHours = 24;

    /// <summary>What the body says, or the refusal that names every fault; what is absent is null.</summary>
    /// <param name="isNew">True: a URL is required, and there is nothing yet to enable.</param>
    public static async Task<(EndpointChange Change, ProblemAnswer? Refusal)> ReadAsync(BodyFields body, bool isNew,
        EgressGuard guard, CancellationToken ct)
    {
        var url = body.Text("url", 1, LongestUrl, required: isNew);
        var format = body.Word("format", EndpointFormat.All);
        var events = body.Texts("events", "must be a list of event types");
        var description = body.Text("description", 0, LongestDescription, required: false, trim: false);
        var enabled = isNew ? null : body.Flag("enabled");
        var headers = EndpointHeaders.Read(body);
        if (events is not null && EventsFault(events, format) is { } fault) body.Faults.Add("events", fault);
        if (url is not null
            && await guard.CheckAsync(url, EgressProfile.Webhook, ct) is { IsAllowed: false, Reason: { } reason }) body.Faults.Add(
            "url", reason);
        return (new EndpointChange(url, events, description, format, enabled, headers), body.Refusal());
    }

    /// <summary>What is wrong with a change of an endpoint that has headers; null when nothing is.</summary>
    public static string? HeadersFault(EndpointView present, EndpointChange change)
    {
        if (present.Headers.Count == 0 || change.Headers is not null || change.Url is null) return null;
        return new Uri(present.Url).GetLeftPart(UriPartial.Authority) == new Uri(change.Url).GetLeftPart(UriPartial.Authority) ? null
            : "must be given again with a url on another host: the present ones are for the host that they were given for";
    }

    /// <summary>How long the present secret signs beside the new one, or the refusal.</summary>
    public static (TimeSpan Overlap, ProblemAnswer? Refusal) ReadOverlap(BodyFields body)
    {
        var hours = body.Number("overlap_hours", 0, LongestOverlapHours, required: false) ?? UsualOverlapHours;
        return (TimeSpan.FromHours(hours), body.Refusal());
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
