using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using VideoGen.ServiceDefaults.Callers;

namespace VideoGen.Providers.Connectors.Described;

/// <summary>
/// The addresses that vendors are given for their callbacks. Where a vendor does not sign, the address of each attempt holds a token that
/// only this installation can make; after a change of the signing key the old ones are worth nothing, and reading goes on without them.
/// </summary>
internal sealed class CallbackAddresses(IOptions<ProvidersOptions> options, IOptions<CallerOptions> caller, Func<string, bool> isSigned)
{
    readonly byte[] _key = HMACSHA256.HashData(Encoding.UTF8.GetBytes(caller.Value.SigningKey), "vendor callbacks"u8);

    /// <summary>Whether vendors reach this installation from outside.</summary>
    public bool IsReachable => options.Value.CallbackUrl is not null;

    /// <summary>A signed link to one of our files as it is outside: the same path below the public address.</summary>
    public Uri Outside(Uri link) => new(options.Value.CallbackUrl!.ToString().TrimEnd('/') + link.PathAndQuery);

    /// <summary>Null where the vendor does not call back, or could not be believed, or could not reach us.</summary>
    public Uri? AddressFor(VendorDescription vendor, Guid attempt)
    {
        if (options.Value.CallbackUrl is not { } start || vendor.Callback is not { } callback) return null;
        var door = $"{start.ToString().TrimEnd('/')}/callbacks/{vendor.Name}";
        if (callback.Scheme == CallbackScheme.Token) return new Uri($"{door}?attempt={attempt:n}&token={TokenOf(vendor.Name, attempt)}");
        return isSigned(vendor.Name) ? new Uri(door) : null;
    }

    public bool IsToken(string vendor, Guid attempt, string token) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(token), Encoding.UTF8.GetBytes(TokenOf(vendor, attempt)));

    public string TokenOf(string vendor, Guid attempt) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"{vendor}\n{attempt:n}")));
}
