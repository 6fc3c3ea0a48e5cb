using System.Globalization;
using VideoGen.HttpApi.Errors;
using VideoGen.HttpApi.Paging;
using VideoGen.Jobs.Contracts;

namespace VideoGen.Jobs.Read;

/// <summary>What a list of jobs was asked for.</summary>
/// <param name="Statuses">Any of these; null for all.</param>
/// <param name="Kinds">Any of these; null for all.</param>
/// <param name="EndedAfter">Only jobs that have ended, and after this.</param>
/// <param name="Before">Only jobs older than this one; from a cursor.</param>
/// <param name="Offset">Jobs to leave out first; as asked, or from a page number.</param>
internal sealed record JobsQuery(
    string[]? Statuses, string[]? Kinds, string? Model, DateTimeOffset? CreatedAfter, DateTimeOffset? CreatedBefore, DateTimeOffset? EndedAfter,
    DateTimeOffset? EndedBefore, int Limit, Guid? Before, long Offset, bool IncludeTotal)
{
    const int DefaultLimit = 20;
    const int MaxLimit = 200;
    const int MaxPage = 1_000_000;
    const int MaxOffset = 100_000_000;

    static readonly string[] AllKinds = ["video", "image", "audio", "text"];

    /// <summary>The query, or a refusal that names every parameter at fault.</summary>
    public static (JobsQuery? Query, ProblemAnswer? Refusal) Read(IQueryCollection query)
    {
        var faults = new SortedDictionary<string, string[]>(StringComparer.Ordinal);
        var limit = Whole(query, "limit", 1, MaxLimit, DefaultLimit, faults);
        var page = Whole(query, "page", 1, MaxPage, 1, faults);
        var offset = Whole(query, "offset", 0, MaxOffset, 0, faults);
        var statuses = Some(query, "status", JobStatus.All, faults);
        var kinds = Some(query, "kind", AllKinds, faults);
        var model = Text(query, "model");
        if (model?.Contains('\0') == true) faults["model"] = ["must not contain the NUL character"];
        var after = Time(query, "created_after", faults);
        var before = Time(query, "created_before", faults);
        var (endedAfter, endedBefore) = (Time(query, "ended_after", faults), Time(query, "ended_before", faults));
        var cursor = CursorOf(query, faults);
        if (cursor is not null && query.ContainsKey("page")) faults["page"] = ["can't be used together with cursor"];
        if (query.ContainsKey("offset") && (cursor is not null || query.ContainsKey("page"))) faults["offset"] = ["can't be used together with cursor or page"];
        var total = Text(query, "include_total");
        if (total is not (null or "true" or "false")) faults["include_total"] = ["must be true or false"];
        return faults.Count > 0
            ? (null, Problems.Of(ErrorCodes.InvalidRequest, string.Join(' ', faults.Select(fault => $"{fault.Key} {fault.Value[0]}.")), faults))
            : (new JobsQuery(
                statuses, kinds, model, after, before, endedAfter, endedBefore, limit, cursor, offset + ((long)(page - 1) * limit), total == "true"), null);
    }

    /// <summary>One or more of a list; null for all.</summary>
    static string[]? Some(IQueryCollection query, string name, IReadOnlyList<string> all, SortedDictionary<string, string[]> faults)
    {
        var some = Text(query, name)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (some?.Any(one => !all.Contains(one, StringComparer.Ordinal)) == true) faults[name] = ["must be one or more, separated by commas, of " + string.Join(", ", all)];
        return some is { Length: > 0 } ? some : null;
    }

    static string? Text(IQueryCollection query, string name) => query[name].ToString() is { Length: > 0 } text ? text : null;

    static int Whole(IQueryCollection query, string name, int least, int most, int otherwise, SortedDictionary<string, string[]> faults)
    {
        if (Text(query, name) is not { } text) return otherwise;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most) return value;
        faults[name] = [$"must be a whole number from {least} to {most}"];
        return otherwise;
    }

    static DateTimeOffset? Time(IQueryCollection query, string name, SortedDictionary<string, string[]> faults)
    {
        if (Text(query, name) is not { } text) return null;
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)) return time.ToUniversalTime();
        faults[name] = ["must be a time such as 2026-01-31T12:00:00Z"];
        return null;
    }

    static Guid? CursorOf(IQueryCollection query, SortedDictionary<string, string[]> faults)
    {
        if (Text(query, "cursor") is not { } text) return null;
        if (Cursor.TryDecode(text, 1) is [var part] && Guid.TryParseExact(part, "N", out var id)) return id;
        faults["cursor"] = ["must be the next_cursor of an earlier answer"];
        return null;
    }

    public static string CursorAfter(JobRow row) => Cursor.Encode(row.Id.ToString("N"));
}
