using VideoGen.HttpApi.Errors;
using VideoGen.HttpApi.Paging;
using VideoGen.HttpApi.Requests;
using VideoGen.Jobs.Contracts;
using VideoGen.Jobs.Submit;

namespace VideoGen.Jobs.Read;

/// <summary>What a list of jobs was asked for.</summary>
/// <param name="Statuses">Any of these; null for all.</param>
/// <param name="Kinds">Any of these; null for all.</param>
/// <param name="Test">Only test jobs, or only live ones; null for both.</param>
/// <param name="Metadata">Only jobs that have all of these; null for all.</param>
/// <param name="EndedAfter">Only jobs that have ended, and after this.</param>
/// <param name="Before">Only jobs older than this one; from a cursor.</param>
/// <param name="Offset">Jobs to leave out first; as asked, or from a page number.</param>
internal sealed record JobsQuery(
    string[]? Statuses, string[]? Kinds, string? Model, bool? Test, IReadOnlyDictionary<string, string>? Metadata,
    DateTimeOffset? CreatedAfter, DateTimeOffset? CreatedBefore, DateTimeOffset? EndedAfter, DateTimeOffset? EndedBefore,
    int Limit, Guid? Before, long Offset, bool IncludeTotal)
{
    const int DefaultLimit = 20;
    const int MaxLimit = 200;
    const int MaxPage = 1_000_000;
    const int MaxOffset = 100_000_000;

    /// <summary>What its header tells.</summary>
    public const string TotalCount = "How many jobs there are in all pages; with include_total=true.";

    const string TestMode = "test";

    /// <summary>What models make.</summary>
    public static readonly string[] AllKinds = ["video", "image", "audio", "text"];

    static readonly QueryParameter MetadataNames = QueryParameter.TextsByKey("metadata",
        "Only jobs that were submitted with this metadata: metadata[key]=text, several of them for jobs that have all.",
        SubmitBody.MaxMetadataKey, SubmitBody.MaxMetadataValue);

    /// <summary>The names that a list of jobs takes.</summary>
    public static readonly QueryParameter[] Names =
    [
        QueryParameter.Words("status", "Only jobs in one of these states.", JobStatus.All),
        QueryParameter.Words("kind", "Only jobs that make one of these.", AllKinds),
        QueryParameter.Text("model", "Only jobs of this model."),
        QueryParameter.Word("mode", "Only test jobs, or only live ones, of those that the caller may see.", TestMode, "live"),
        MetadataNames,
        QueryParameter.Time("created_after", "Only jobs made after this."),
        QueryParameter.Time("created_before", "Only jobs made before this."),
        QueryParameter.Time("ended_after", "Only jobs that ended after this."),
        QueryParameter.Time("ended_before", "Only jobs that ended before this."),
        QueryParameter.Limit(MaxLimit, DefaultLimit),
        QueryParameter.Cursor(1, parts => PlaceOf(parts) is not null),
        QueryParameter.Whole("page", 1, MaxPage, "Instead of cursor: a page's number, from 1."),
        QueryParameter.Whole("offset", 0, MaxOffset, "Instead of cursor: how many jobs to leave out first."),
        QueryParameter.Flag("include_total", "Whether X-Total-Count tells how many there are in all."),
    ];

    /// <summary>The query, whose names have been checked each by itself, or a refusal of names that don't go together.</summary>
    public static (JobsQuery? Query, ProblemAnswer? Refusal) Read(HttpRequest request)
    {
        var query = request.Query;
        var faults = new Faults();
        var limit = query.WholeOf("limit", DefaultLimit);
        var cursor = query.CursorOf(1) is { } parts ? PlaceOf(parts) : null;
        if (cursor is not null && query.ContainsKey("page")) faults.Add("page", "can't be used together with cursor");
        if (query.ContainsKey("offset")
            && (cursor is not null || query.ContainsKey("page"))) faults.Add("offset", "can't be used together with cursor or page");
        if (faults.Answer() is { } refusal) return (null, refusal);
        var offset = query.WholeOf("offset", 0) + ((long)(query.WholeOf("page", 1) - 1) * limit);
        return (new JobsQuery(
            query.WordsOf("status"), query.WordsOf("kind"), query.TextOf("model"),
            query.TextOf("mode") is { } mode ? mode == TestMode : null, request.TextsOf(MetadataNames),
            query.TimeOf("created_after"), query.TimeOf("created_before"), query.TimeOf("ended_after"), query.TimeOf("ended_before"),
            limit, cursor, offset, query.FlagOf("include_total") == true), null);
    }

    static Guid? PlaceOf(string[] parts) => Guid.TryParseExact(parts[0], "N", out var id) ? id : null;

    public static string CursorAfter(JobRow row) => Cursor.Encode(row.Id.ToString("N"));
}
