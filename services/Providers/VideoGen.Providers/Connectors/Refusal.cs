using VideoGen.HttpApi.Errors;

namespace VideoGen.Providers.Connectors;

/// <summary>Whose reason a refusal has; that decides what happens next.</summary>
internal enum RefusalKind
{
    /// <summary>Down, overloaded or not reachable: the next route, or this one later.</summary>
    Unavailable,

    /// <summary>Too many requests: the next route, or this one later.</summary>
    RateLimited,

    /// <summary>Our account with the vendor is empty or closed: the next route.</summary>
    Quota,

    /// <summary>The vendor took the work and does not know it any more: the next route.</summary>
    Lost,

    /// <summary>The vendor tried and failed: the next route.</summary>
    Failed,

    /// <summary>The input can't be used; no route would take it. The job ends.</summary>
    Input,

    /// <summary>The content is not allowed. The job ends: another vendor is no way around a refusal.</summary>
    Content,
}

/// <summary>Whether a vendor bills work that it refused or failed at.</summary>
internal enum Charged
{
    Unknown,
    No,
    Yes,
}

/// <summary>Why work was refused or failed.</summary>
/// <param name="Code">What the job fails with when no other route helps.</param>
/// <param name="Message">For the customer: no vendor's secrets, no addresses, no stack traces.</param>
/// <param name="Detail">For the operator: the vendor's own words.</param>
/// <param name="RetryAfter">When the vendor says so.</param>
/// <param name="Charged">Whether the vendor bills it all the same, as far as is known.</param>
internal sealed record Refusal(
    RefusalKind Kind, ErrorCode Code, string Message, string? Detail = null, TimeSpan? RetryAfter = null, Charged Charged = Charged.Unknown)
{
    /// <summary>True when another route may do better.</summary>
    public bool MayFailOver => Kind is not (RefusalKind.Input or RefusalKind.Content);

    /// <summary>True when the same route may do better later.</summary>
    public bool IsPassing => Kind is RefusalKind.Unavailable or RefusalKind.RateLimited;

    public static Refusal OfInput(string message, string? detail = null) => new(RefusalKind.Input, ErrorCodes.InputRejected, message, detail);

    public static Refusal OfFailure(string message, string? detail = null) => new(RefusalKind.Failed, ErrorCodes.ProviderFailed, message, detail);

    public static Refusal OfLoss(string? detail = null) =>
        new(RefusalKind.Lost, ErrorCodes.ProviderLostJob, "The provider does not know the job any more.", detail);

    /// <summary>A refusal with a code that somebody else chose.</summary>
    public static Refusal OfCode(ErrorCode code, string message)
    {
        var kind =
            code == ErrorCodes.InputRejected || code == ErrorCodes.InvalidMedia || code == ErrorCodes.InvalidRequest ? RefusalKind.Input
            : code == ErrorCodes.ContentRejected ? RefusalKind.Content
            : code == ErrorCodes.ProviderUnavailable || code == ErrorCodes.ServiceUnavailable ? RefusalKind.Unavailable
            : code == ErrorCodes.RateLimited ? RefusalKind.RateLimited
            : code == ErrorCodes.ProviderLostJob ? RefusalKind.Lost
            : RefusalKind.Failed;
        return new Refusal(kind, code, message);
    }
}
