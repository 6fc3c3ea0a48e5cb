using System.Globalization;
using VideoGen.HttpApi.Errors;

namespace VideoGen.Providers.Connectors.Http;

/// <summary>What a vendor's HTTP status means, in one table. A vendor that says more in its body reads that first.</summary>
internal static class VendorStatus
{
    const int MaxDetailLength = 1000;

    /// <summary>What operators see of a vendor's words. Never half a sign, which no database takes.</summary>
    public static string Shortened(string text)
    {
        if (text.Length <= MaxDetailLength) return text;
        return text[..(char.IsHighSurrogate(text[MaxDetailLength - 1]) ? MaxDetailLength - 1 : MaxDetailLength)] + "…";
    }

    /// <summary>Why the vendor refuses; null for a 2xx.</summary>
    /// <param name="text">The vendor's own words, without secrets.</param>
    public static Refusal? RefusalOf(int status, string text, TimeSpan? retryAfter)
    {
        var detail = string.Create(CultureInfo.InvariantCulture, $"{status}: {Shortened(text)}");
        return status switch
        {
            >= 200 and < 300 => null,
            400 or 413 or 414 or 415 or 422 => new Refusal(RefusalKind.Input, ErrorCodes.InputRejected, "The provider refused the input.", detail),
            401 or 402 or 403 => new Refusal(RefusalKind.Quota, ErrorCodes.ProviderUnavailable, "The provider does not accept jobs at present.", detail),
            404 or 410 => new Refusal(RefusalKind.Lost, ErrorCodes.ProviderLostJob, "The provider does not know what was asked for.", detail),
            429 => new Refusal(RefusalKind.RateLimited, ErrorCodes.ProviderUnavailable, "The provider has too much to do.", detail, retryAfter),
            408 or 425 or >= 500 => new Refusal(RefusalKind.Unavailable, ErrorCodes.ProviderUnavailable, "The provider is not available.", detail, retryAfter),
            // Redirects too: what is configured is not the API's address.
            _ => new Refusal(RefusalKind.Failed, ErrorCodes.ProviderFailed, "The provider answered with an error.", detail),
        };
    }

    /// <summary>
    /// True when it is unknown whether a create with this answer was taken. A 503 that says when to come back, and a 529, are a vendor's own
    /// refusal; any other 5xx may come from something between, after the vendor took the work.
    /// </summary>
    public static bool IsUnclear(int status, TimeSpan? retryAfter) => status switch
    {
        501 or 505 or 529 => false,
        503 => retryAfter is null,
        408 => true,
        _ => status >= 500,
    };
}
