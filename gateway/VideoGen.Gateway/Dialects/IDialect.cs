using System.Text.Json;
using VideoGen.Gateway.Callers;
using VideoGen.HttpApi.Errors;
using VideoGen.HttpApi.Requests;

namespace VideoGen.Gateway.Dialects;

/// <summary>
/// Another company's API, spoken over the native one: parse, ask natively, show the answer in its own shape. A dialect knows
/// paths, names, formats and texts. It decides nothing: no price, no limit, no state.
/// </summary>
internal interface IDialect
{
    /// <summary>Its path prefix without the slash, and its name in the catalogue, for example <c>vivid-flow</c>.</summary>
    string Name { get; }

    /// <summary>Its section under <c>Dialects</c>, for example <c>VividFlow</c>.</summary>
    string Section { get; }

    /// <summary>Its title, for people.</summary>
    string Title { get; }

    /// <summary>Where its clients address it under the prefix, for example <c>/api/v1</c>.</summary>
    string BasePath { get; }

    /// <summary>
    /// Paths that its document has for people's browsers: at the root of its own host or port they are our pages, not its routes. Everything
    /// that begins with one of them goes past the dialect.
    /// </summary>
    IReadOnlyList<string> PagePaths => [];

    /// <summary>How it renders every entry of <see cref="ErrorCodes"/>: one row each.</summary>
    IReadOnlyList<ErrorRow> Errors { get; }

    /// <summary>True: its document promises the limit headers on every answer, those to strangers included.</summary>
    bool AlwaysShowsLimits => false;

    /// <summary>The credential, from where its document puts it.</summary>
    Credential ReadCredential(HttpRequest request);

    /// <summary>The body of an error answer.</summary>
    object ErrorBody(ErrorRow row, Refusal refusal);

    /// <summary>Its routes, under the prefix; each with a <c>RoutePolicy</c>.</summary>
    void Map(IEndpointRouteBuilder routes);
}

/// <summary>One native error in a dialect's words.</summary>
/// <param name="Status">The status that the dialect's clients see.</param>
/// <param name="Text">The dialect's text for it.</param>
/// <param name="Code">The dialect's own code, where it has codes.</param>
internal sealed record ErrorRow(ErrorCode Native, int Status, Func<Refusal, string> Text, string? Code = null)
{
    const string MissingFact = "missing";
    const string MissingJob = "job";

    /// <summary>The native status with a text that is always the same.</summary>
    public static ErrorRow Fixed(ErrorCode native, string text, string? code = null) => new(native, native.Status, _ => text, code);

    /// <summary>The 404: a dialect has one text for a job that is not there, another for everything else.</summary>
    public static ErrorRow Missing(string job, string other) =>
        new(ErrorCodes.NotFound, ErrorCodes.NotFound.Status, refusal => refusal.TextFact(MissingFact) == MissingJob ? job : other);

    /// <summary>The refusal of everything that is no job of the caller; <see cref="Missing"/> makes the dialect's text of it.</summary>
    public static ProblemAnswer JobNotFound() => Problems.Of(ErrorCodes.NotFound, facts: new Dictionary<string, object?> { [MissingFact] = MissingJob });

    /// <summary>The 415: the dialect's text for the type of a body; an encoding of it is named.</summary>
    public static ErrorRow MediaType(string type) =>
        new(ErrorCodes.UnsupportedMediaType, ErrorCodes.UnsupportedMediaType.Status, refusal =>
            refusal.Fact(RequestRules.EncodingFact) is null ? type : refusal.Problem.Detail);

    /// <summary>The native status with what the refusal itself says.</summary>
    public static ErrorRow Detail(ErrorCode native, string? code = null) => new(native, native.Status, refusal => refusal.Problem.Detail, code);
}

/// <summary>A native error on its way to a dialect's client.</summary>
internal sealed record Refusal(Problem Problem, TimeSpan? RetryAfter)
{
    /// <summary>Whole seconds until the next try makes sense, at least 1.</summary>
    public long RetrySeconds => Problems.Seconds(RetryAfter ?? TimeSpan.FromSeconds(1));

    /// <summary>A fact that came with the refusal, made here or by a service; null when it has none of that name.</summary>
    public object? Fact(string name) => Problem.Facts?.GetValueOrDefault(name);

    /// <summary>A fact that is a text.</summary>
    public string? TextFact(string name) => Fact(name) switch
    {
        string text => text,
        JsonElement { ValueKind: JsonValueKind.String } text => text.GetString(),
        _ => null,
    };

    /// <summary>A fact that is a whole number.</summary>
    public long? NumberFact(string name) => Fact(name) switch
    {
        JsonElement { ValueKind: JsonValueKind.Number } number when number.TryGetInt64(out var value) => value,
        long value => value,
        int value => value,
        _ => null,
    };
}
