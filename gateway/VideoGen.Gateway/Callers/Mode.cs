using VideoGen.HttpApi.Errors;
using VideoGen.ServiceDefaults.Callers;

namespace VideoGen.Gateway.Callers;

/// <summary>
/// Test or live. A key belongs to one of the two worlds of its account for ever; a session chooses with a header, and sees
/// both when it does not.
/// </summary>
internal static class Mode
{
    public const string Header = "X-VideoGen-Mode";
    public const string Test = "test";
    public const string Live = "live";

    const string Allowed = "must be test or live, once";

    /// <summary>What the header says; null without one; else the refusal. To be read before headers in our name are taken away.</summary>
    public static (bool? Test, ProblemAnswer? Refusal) Read(HttpRequest request)
    {
        var values = request.Headers[Header];
        if (values.Count == 0) return (null, null);
        return values is [Test or Live] ? (values[0] == Test, null) : (null, Problems.OfField(Header, Allowed));
    }

    /// <summary>The caller in the world that its credential and the header name together, or why they can't.</summary>
    public static (Caller? Caller, ProblemAnswer? Refusal) Choose(Caller caller, bool? asked)
    {
        if (caller.KeyId is null) return (caller with { Test = asked ?? false, SeesBoth = asked is null }, null);
        if (asked is null || asked == caller.Test) return (caller, null);
        var mine = caller.Test ? Test : Live;
        var fault = $"must be {mine}, or left out: this is a {mine} key, which sees and makes {mine} things only";
        return (null, Problems.OfField(Header, fault));
    }
}
