namespace VideoGen.Egress;

/// <summary>Why a request to somebody's URL had no good end.</summary>
/// <param name="Message">For people; safe to show to the customer: it names no address of ours.</param>
/// <param name="Status">The HTTP status for <see cref="EgressFailureKind.BadStatus"/>.</param>
public sealed record EgressFailure(EgressFailureKind Kind, string Message, int? Status = null)
{
    /// <summary>True when the same request may succeed later.</summary>
    public bool IsTransient => Kind switch
    {
        EgressFailureKind.Unreachable or EgressFailureKind.TimedOut or EgressFailureKind.TooSlow or EgressFailureKind.Truncated => true,
        EgressFailureKind.BadStatus => Status is 408 or 425 or 429 or >= 500,
        _ => false,
    };
}

public enum EgressFailureKind
{
    /// <summary>The policy refuses the URL, a redirect's target, or the addresses behind the name.</summary>
    Blocked,

    /// <summary>The name does not resolve, or nobody listens, or the connection broke before a reply.</summary>
    Unreachable,

    /// <summary>The total time has passed.</summary>
    TimedOut,

    /// <summary>The body came slower than the profile demands.</summary>
    TooSlow,

    /// <summary>The body is longer than allowed.</summary>
    TooLarge,

    /// <summary>The body ended before its announced length, or the connection broke within it.</summary>
    Truncated,

    /// <summary>More redirects than the profile follows, or one without a usable target.</summary>
    TooManyRedirects,

    /// <summary>The reply is not a 2xx.</summary>
    BadStatus,

    /// <summary>The content is encoded although that was not asked for, or its first bytes were refused.</summary>
    BadContent,
}
