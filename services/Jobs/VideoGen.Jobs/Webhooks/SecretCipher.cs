using System.Security.Cryptography;
using System.Text;
using VideoGen.ServiceDefaults.Callers;

namespace VideoGen.Jobs.Webhooks;

/// <summary>
/// Signing secrets at rest: AES-256-GCM under a key derived (HKDF-SHA256) from the configured one, bound to the owner so that a row
/// copied to another owner does not open. Layout: version 1 (1 byte), nonce (12), tag (16), ciphertext.
/// </summary>
internal sealed class SecretCipher(string passphrase)
{
    const byte Version = 1;
    const int NonceBytes = 12;
    const int TagBytes = 16;
    const int HeadBytes = 1 + NonceBytes + TagBytes;

    readonly byte[] _key = HKDF.DeriveKey(
        HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(passphrase), outputLength: 32, salt: [], info: "videogen webhook secrets"u8.ToArray());

    public static SecretCipher Of(WebhookOptions webhooks, CallerOptions callers) => new(webhooks.EncryptionKey ?? callers.SigningKey);

    public byte[] Encrypt(byte[] secret, Guid owner)
    {
        var closed = new byte[HeadBytes + secret.Length];
        closed[0] = Version;
        var nonce = closed.AsSpan(1, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(_key, TagBytes);
        aes.Encrypt(nonce, secret, closed.AsSpan(HeadBytes), closed.AsSpan(1 + NonceBytes, TagBytes), owner.ToByteArray(bigEndian: true));
        return closed;
    }

    /// <exception cref="CryptographicException">Made under another key or for another owner, or altered.</exception>
    public byte[] Decrypt(byte[] closed, Guid owner)
    {
        if (closed.Length <= HeadBytes || closed[0] != Version) throw new CryptographicException("A stored signing secret has an unknown form.");
        var secret = new byte[closed.Length - HeadBytes];
        using var aes = new AesGcm(_key, TagBytes);
        aes.Decrypt(closed.AsSpan(1, NonceBytes), closed.AsSpan(HeadBytes), closed.AsSpan(1 + NonceBytes, TagBytes), secret,
            owner.ToByteArray(bigEndian: true));
        return secret;
    }
}
