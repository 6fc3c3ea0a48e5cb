using System.Diagnostics.CodeAnalysis;

namespace VideoGen.Egress;

/// <summary>What the policy says about a URL.</summary>
/// <param name="Uri">The URL to request when allowed.</param>
/// <param name="Reason">For people, when refused: what is wrong and what would be right. Safe to show to the customer.</param>
public readonly record struct EgressVerdict(Uri? Uri, string? Reason)
{
    [MemberNotNullWhen(true, nameof(Uri))]
    [MemberNotNullWhen(false, nameof(Reason))]
    public bool IsAllowed => Uri is not null;

    internal static EgressVerdict Allow(Uri uri) => new(uri, Reason: null);

    internal static EgressVerdict Refuse(string reason) => new(Uri: null, reason);
}
