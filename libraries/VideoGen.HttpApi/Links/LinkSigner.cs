using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace VideoGen.HttpApi.Links;

/// <summary>
/// Signed links to an asset's content: <c>/v1/assets/{id}/content?expires=&lt;unix&gt;&amp;disposition=…&amp;signature=…</c>. The signature
/// covers method, path, expiry and disposition, so none of them can be changed. Whoever holds the key can mint links;
/// Storage checks them.
/// </summary>
/// <param name="key">The shared secret, at least 32 bytes.</param>
public sealed class LinkSigner(byte[] key)
{
    /// <summary>The relative link to an asset (or to one of its renditions: <c>thumbnail</c>, <c>preview</c>).</summary>
    public string Sign(string path, DateTimeOffset expires, string? fileName = null)
    {
        var unix = expires.ToUnixTimeSeconds();
        var name = fileName is null ? "" : "&download=" + Uri.EscapeDataString(fileName);
        return $"{path}?expires={unix.ToString(CultureInfo.InvariantCulture)}{name}&signature={Signature(path, unix, fileName)}";
    }

    /// <summary>True when the signature is ours and the link has not expired.</summary>
    public bool Verify(string path, string? expires, string? fileName, string? signature, DateTimeOffset now) =>
        long.TryParse(expires, NumberStyles.None, CultureInfo.InvariantCulture, out var unix)
        && signature is { Length: 43 }
        && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(signature), Encoding.ASCII.GetBytes(Signature(path, unix, fileName)))
        && now.ToUnixTimeSeconds() <= unix;

    string Signature(string path, long expires, string? fileName) => Base64Url.EncodeToString(
        HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"GET\n{path}\n{expires.ToString(CultureInfo.InvariantCulture)}\n{fileName}")));
}
