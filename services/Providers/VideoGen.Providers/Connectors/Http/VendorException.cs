namespace VideoGen.Providers.Connectors.Http;

/// <summary>Why a call of a vendor has no answer that could be used.</summary>
internal enum VendorFault
{
    /// <summary>The request certainly did not reach the vendor.</summary>
    NotReached,

    /// <summary>The connection broke after the request was under way.</summary>
    Broken,

    /// <summary>The vendor was silent for too long, or the whole call took too long.</summary>
    TimedOut,

    /// <summary>The answer is larger than allowed.</summary>
    TooLarge,

    /// <summary>The answer is not the JSON that was expected.</summary>
    NotJson,

    /// <summary>The answer is an error.</summary>
    Status,

    /// <summary>The request would have gone to another host than the configured one. It was not sent.</summary>
    Blocked,
}

/// <summary>A call of a vendor has no answer that could be used. The message holds no secret.</summary>
internal sealed class VendorException(VendorFault fault, string message, Exception? inner = null) : HttpRequestException(message, inner)
{
    public VendorFault Fault => fault;

    /// <summary>True when the same read may succeed soon.</summary>
    public bool MayPass => fault is VendorFault.NotReached or VendorFault.Broken or VendorFault.TimedOut;
}
