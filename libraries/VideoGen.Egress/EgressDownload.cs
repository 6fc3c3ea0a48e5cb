using System.Diagnostics.CodeAnalysis;

namespace VideoGen.Egress;

/// <summary>The outcome of a download.</summary>
/// <param name="Uri">The last URL asked.</param>
/// <param name="ClaimedMediaType">What the server called the content; a claim, not a fact: the bytes decide.</param>
/// <param name="SizeBytes">Bytes written to the target.</param>
/// <param name="Failure">Null when the whole body has been written.</param>
public sealed record EgressDownload(Uri Uri, string? ClaimedMediaType, long SizeBytes, EgressFailure? Failure)
{
    [MemberNotNullWhen(false, nameof(Failure))]
    public bool IsComplete => Failure is null;
}

/// <summary>Limits of one download within its profile.</summary>
/// <param name="MaxBytes">Size cap; that of the profile when null or larger.</param>
/// <param name="RefuseStart">Looks at the first bytes (up to 4 KiB) and returns a reason to stop there, or null.</param>
public sealed record EgressLimits(long? MaxBytes = null, Func<ReadOnlyMemory<byte>, string?>? RefuseStart = null)
{
    public static EgressLimits OfProfile { get; } = new();
}

/// <summary>The outcome of one exchange without redirects, such as a webhook delivery.</summary>
/// <param name="Status">The HTTP status; null when none came.</param>
/// <param name="RetryAfter">How long the server asks to wait.</param>
/// <param name="Body">The reply's first bytes, at most as many as the profile reads.</param>
/// <param name="Failure">Set for anything but a 2xx whose body ended, or reached the profile's limit, in time.</param>
public sealed record EgressReply(int? Status, TimeSpan? RetryAfter, ReadOnlyMemory<byte> Body, EgressFailure? Failure);
