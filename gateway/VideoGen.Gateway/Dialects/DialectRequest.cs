using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using VideoGen.Gateway.Limits;
using VideoGen.HttpApi;
using VideoGen.HttpApi.Errors;

namespace VideoGen.Gateway.Dialects;

/// <summary>A dialect with its place and its table of errors.</summary>
internal sealed class DialectMount
{
    readonly FrozenDictionary<string, ErrorRow> _errors;

    public DialectMount(IDialect dialect, DialectOptions options)
    {
        Dialect = dialect;
        Options = options;
        Prefix = PrefixOf(dialect);
        _errors = dialect.Errors.ToFrozenDictionary(row => row.Native.Code, StringComparer.Ordinal);
    }

    public IDialect Dialect { get; }

    public DialectOptions Options { get; }

    public PathString Prefix { get; }

    public static PathString PrefixOf(IDialect dialect) => "/" + dialect.Name;

    public ErrorRow RowOf(Problem problem) => _errors[ErrorCodes.Find(problem.Code).Code];

    /// <summary>True for a request to a host name or port that is the dialect's alone.</summary>
    public bool OwnsAddressOf(HttpContext context) =>
        (Options.OwnPort is { } port && context.Connection.LocalPort == port)
        || Options.Hosts.Contains(context.Request.Host.Host, StringComparer.OrdinalIgnoreCase);

    /// <summary>True for a page that is shown at the dialect's own host or port, too.</summary>
    public bool IsPage(PathString path) => Dialect.PagePaths.Any(page => path.StartsWithSegments(page, StringComparison.OrdinalIgnoreCase));
}

/// <summary>
/// Request feature of every request to a dialect, known or unknown route. It makes whoever refuses the request speak the dialect.
/// </summary>
/// <param name="PathBase">What stands before the dialect's own paths as this client writes them: its prefix, or nothing.</param>
internal sealed record DialectRequest(DialectMount Mount, string PathBase) : IProblemWriter
{
    public IDialect Dialect => Mount.Dialect;

    /// <summary>For endpoints that take it as a parameter.</summary>
    public static ValueTask<DialectRequest?> BindAsync(HttpContext context) => ValueTask.FromResult(context.Features.Get<DialectRequest>());

    /// <summary>A path of the dialect as this client writes it.</summary>
    /// <param name="path">Below the dialect's base path, for example <c>/jobs/5</c>.</param>
    public string PathTo(string path) => PathBase + Dialect.BasePath + path;

    public Task WriteAsync(HttpContext context, Problem problem, TimeSpan? retryAfter)
    {
        var row = Mount.RowOf(problem);
        // A status that the framework chose and that has no code of its own stays what it is.
        context.Response.StatusCode = problem.Status == row.Native.Status ? row.Status : problem.Status;
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        if (retryAfter is { } wait) context.Response.Headers.RetryAfter = Problems.Seconds(wait).ToString();
        if (Dialect.AlwaysShowsLimits && !LimitHeaders.IsShown(context)) LimitHeaders.Show(context, context.RequestServices.GetRequiredService<AddressLimits>().Peek(context));
        if (HttpMethods.IsHead(context.Request.Method)) return Task.CompletedTask;
        var body = Dialect.ErrorBody(row, new Refusal(problem, retryAfter));
        return JsonSerializer.SerializeAsync(context.Response.Body, body, body.GetType(), DialectJson.Options, context.RequestAborted);
    }
}

/// <summary>JSON of the dialects: names exactly as their shapes give them, nulls written.</summary>
internal static class DialectJson
{
    public static JsonSerializerOptions Options { get; } = new() { Encoder = ApiJson.Options.Encoder };

    /// <summary>A time as most of the documents write it: UTC, whole seconds, <c>2024-01-15T10:30:00Z</c>.</summary>
    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    /// <summary>An answer in a dialect's shape.</summary>
    public static IResult Answer(object body, int status = StatusCodes.Status200OK) =>
        Results.Json(body, Options, "application/json; charset=utf-8", status);
}
