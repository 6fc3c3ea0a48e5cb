using System.Globalization;

namespace VideoGen.Web.Jobs;

/// <summary>What the history is narrowed to, as its address says it; what is no value of a choice counts as no choice.</summary>
/// <param name="State">A word of <see cref="States"/>; empty for all.</param>
/// <param name="Text">Must stand in the prompt, the model's name or the id; looked for on the page that was read.</param>
public sealed record HistoryQuery(string Model, string State, DateOnly? From, DateOnly? To, string Text, string Cursor)
{
    public static readonly IReadOnlyList<(string Word, string Label, string Statuses)> States =
    [
        ("", "All", ""),
        ("active", "Active", "queued,starting,running,storing,cancelling"),
        ("completed", "Done", "completed"),
        ("failed", "Failed", "failed"),
        ("cancelled", "Cancelled", "cancelled"),
    ];

    const int PageSize = 24;

    /// <summary>Text is looked for in as many jobs as the API gives at once.</summary>
    const int SearchSize = 200;

    public bool IsNarrow => Model.Length > 0 || State.Length > 0 || From is not null || To is not null || Text.Length > 0;

    public static HistoryQuery Of(IQueryCollection query)
    {
        var state = query["state"].ToString();
        return new HistoryQuery(query["model"].ToString().Trim(), States.Any(one => one.Word == state) ? state : "", Day(query["from"]),
            Day(query["to"]),
            query["text"].ToString().Trim(), query["cursor"].ToString());
    }

    public string ApiPath()
    {
        var parts = new List<string> { $"limit={(Text.Length > 0 ? SearchSize : PageSize)}" };
        // One parameter for each: the API takes several of the same name.
        parts.AddRange(States.First(one => one.Word == State).Statuses.Split(',', StringSplitOptions.RemoveEmptyEntries)
            .Select(status => "status=" + status));
        if (Model.Length > 0) parts.Add("model=" + Uri.EscapeDataString(Model));
        if (From is { } from) parts.Add(string.Create(CultureInfo.InvariantCulture, $"created_after={from:yyyy-MM-dd}T00:00:00Z"));
        if (To is { } to) parts.Add(string.Create(CultureInfo.InvariantCulture, $"created_before={to.AddDays(1):yyyy-MM-dd}T00:00:00Z"));
        if (Cursor.Length > 0) parts.Add("cursor=" + Uri.EscapeDataString(Cursor));
        return "v1/jobs?" + string.Join('&', parts);
    }

    /// <summary>The page with this choice, from its beginning or from a cursor.</summary>
    public string Address(string? state = null, string cursor = "") =>
        string.Create(CultureInfo.InvariantCulture,
            $"/jobs?state={state ?? State}&model={Uri.EscapeDataString(Model)}&from={From:yyyy-MM-dd}&to={To:yyyy-MM-dd}")
        + $"&text={Uri.EscapeDataString(Text)}{(cursor.Length > 0 ? "&cursor=" + Uri.EscapeDataString(cursor) : "")}";

    static DateOnly? Day(string? text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;
}
