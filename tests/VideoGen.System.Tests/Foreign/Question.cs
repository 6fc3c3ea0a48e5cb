using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using VideoGen.System.Tests.Stage;

namespace VideoGen.System.Tests.Foreign;

/// <summary>
/// Asks a route for an id, and tells the answer without what differs between any two: the time, the trace, the id itself.
/// </summary>
static partial class Question
{
    /// <summary>What differs between any two answers: the time, the trace, and how much of a limit is left.</summary>
    static readonly string[] OfTheMoment = ["Date", "X-Trace-Id", "RateLimit-", "X-RateLimit-"];

    public static async Task<(HttpStatusCode Status, string Text)> AskAsync(
        Customer customer, ApiRoute route, Ownership row, Guid id, string? credential = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(route.Method), route.With(string.Format(row.Form, id)));
        if (route.HasBody) request.Content = new StringContent("{}", Encoding.UTF8, "application/json");
        var door = Door.Dialects.Prepend(Door.Native).Single(door => door.Name == route.Api);
        using var http = customer.Open(door, credential);
        // A stream of events goes on; its beginning tells enough.
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var body = answer.Content.Headers.ContentType?.MediaType == "text/event-stream" ? "" : await answer.Content.ReadAsStringAsync();
        var headers = answer.Headers.Concat(answer.Content.Headers)
            .Where(header => !OfTheMoment.Any(name => header.Key.StartsWith(name, StringComparison.OrdinalIgnoreCase)))
            .Select(header => $"{header.Key}: {string.Join(", ", header.Value)}").Order();
        return (answer.StatusCode, Anonymous($"{(int)answer.StatusCode}\n{string.Join('\n', headers)}\n{body}", id));
    }

    public static string Anonymous(string text, Guid id) => TraceId().Replace(text, "")
        .Replace(id.ToString(), "<id>", StringComparison.Ordinal).Replace(id.ToString("n"), "<id>", StringComparison.Ordinal);

    [GeneratedRegex("\"trace_id\":\"[0-9a-f]+\"")]
    private static partial Regex TraceId();
}
