using System.Net.Sockets;

namespace VideoGen.Egress;

/// <summary>
/// Checks a URL when it is registered: its text, and where its name leads now. A courtesy that refuses early what would fail
/// later; the check that protects is the one at each connection.
/// </summary>
public sealed class EgressGuard(EgressPolicy policy, INameResolver resolver)
{
    readonly AddressVetting _vetting = new(policy, resolver);

    /// <summary>The verdict; a name that does not resolve at present is let through, for it may exist tomorrow.</summary>
    public async Task<EgressVerdict> CheckAsync(string? url, EgressProfile profile, CancellationToken ct)
    {
        var verdict = policy.Check(url, profile);
        if (!verdict.IsAllowed) return verdict;
        try
        {
            await _vetting.VetAsync(verdict.Uri.IdnHost, ct);
            return verdict;
        }
        catch (EgressBlockedException blocked)
        {
            return EgressVerdict.Refuse(blocked.Message);
        }
        catch (SocketException)
        {
            return verdict;
        }
    }
}
