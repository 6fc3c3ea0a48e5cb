using System.Globalization;

namespace VideoGen.Gateway.Limits;

/// <summary>
/// Says on an answer how much is left of a limit: <c>RateLimit-Limit</c>, <c>-Remaining</c> and <c>-Reset</c> (seconds), and the older
/// <c>X-RateLimit-…</c> (<c>-Reset</c> as Unix time).
/// </summary>
internal static class LimitHeaders
{
    /// <summary>True when something is shown already.</summary>
    public static bool IsShown(HttpContext context) => context.Features.Get<Shown>() is not null;

    /// <summary>Shows this, instead of what was to be shown before. Written at the start of the answer, so that an error written further in keeps it.</summary>
    public static void Show(HttpContext context, Usage usage)
    {
        if (context.Features.Get<Shown>() is { } shown)
        {
            shown.Usage = usage;
            return;
        }
        shown = new Shown { Usage = usage };
        context.Features.Set(shown);
        context.Response.OnStarting(Write, context);
    }

    static Task Write(object state)
    {
        var context = (HttpContext)state;
        var usage = context.Features.Get<Shown>()!.Usage;
        var resetAt = context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow().ToUnixTimeSeconds() + usage.ResetSeconds;
        var headers = context.Response.Headers;
        headers["RateLimit-Limit"] = headers["X-RateLimit-Limit"] = Text(usage.Limit);
        headers["RateLimit-Remaining"] = headers["X-RateLimit-Remaining"] = Text(usage.Remaining);
        headers["RateLimit-Reset"] = Text(usage.ResetSeconds);
        headers["X-RateLimit-Reset"] = Text(resetAt);
        return Task.CompletedTask;
    }

    static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);

    sealed class Shown
    {
        public required Usage Usage { get; set; }
    }
}
