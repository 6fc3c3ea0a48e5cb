using System.Globalization;
using VideoGen.HttpApi.Errors;
using VideoGen.HttpApi.Requests;

namespace VideoGen.Gateway.Dialects.Visualizr;

/// <summary>The query of <c>GET /assets/videos</c>. Times are shown in whole seconds, so they are compared in whole seconds; both ends belong to the span.</summary>
/// <param name="After">Just before the first moment wanted; null for no bound.</param>
/// <param name="Before">The first moment that is no longer wanted; null for no bound.</param>
internal sealed record VideoQuery(int Limit, int Offset, string? Model, DateTimeOffset? After, DateTimeOffset? Before)
{
    const int DefaultLimit = 50;
    const int MaxLimit = 100;
    const int MaxOffset = 100_000_000;
    const string Day = "yyyy-MM-dd";

    /// <summary>What they hold is judged here, in the document's words.</summary>
    public static readonly QueryParameter[] Names =
        QueryParameter.Texts("limit", "offset", "model", "start_date", "end_date");

    /// <summary>The query, or a refusal that names every parameter at fault.</summary>
    public static (VideoQuery? Query, ProblemAnswer? Fault) Read(IQueryCollection query)
    {
        var faults = new List<string>();
        var limit = Whole("limit", 1, MaxLimit, DefaultLimit);
        var offset = Whole("offset", 0, MaxOffset, 0);
        var model = Text("model");
        var (after, before) = (Time("start_date")?.First.AddMicroseconds(-1), Time("end_date")?.Next);
        return faults.Count > 0 ? (null, Problems.Of(ErrorCodes.InvalidRequest, string.Join("; ", faults))) : (new VideoQuery(limit, offset, model, after, before), null);

        string? Text(string name) => query[name].ToString() is { Length: > 0 } text ? text : null;

        int Whole(string name, int least, int most, int otherwise)
        {
            if (Text(name) is not { } text) return otherwise;
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most) return number;
            faults.Add($"{name} must be a whole number from {least} to {most}");
            return otherwise;
        }

        (DateTimeOffset First, DateTimeOffset Next)? Time(string name)
        {
            if (Text(name) is not { } text) return null;
            if (SpanOf(text) is { } span) return span;
            faults.Add($"{name} must be a date, or a time with an offset, in ISO 8601, for example 2024-01-15 or 2024-01-15T10:30:00Z");
            return null;
        }
    }

    /// <summary>The second or the day (in UTC) that is named.</summary>
    static (DateTimeOffset First, DateTimeOffset Next)? SpanOf(string text)
    {
        const DateTimeStyles utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        if (DateTimeOffset.TryParseExact(text, Day, CultureInfo.InvariantCulture, utc, out var day) && day.Year is > 1 and < 9999) return (day, day.AddDays(1));
        if (!TimeText.TryParseInQuery(text, out var time) || time.Year is <= 1 or >= 9999) return null;
        var second = new DateTimeOffset(time.Ticks / TimeSpan.TicksPerSecond * TimeSpan.TicksPerSecond, TimeSpan.Zero);
        return (second, second.AddSeconds(1));
    }
}
