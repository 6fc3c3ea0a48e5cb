using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;

namespace VideoGen.Web.Access;

/// <summary>
/// Seals cookies under keys that come from one shared secret: no files, and any instance opens what another sealed.
///
/// A sealed text is a random salt, the AES-256-GCM cipher text and its tag. The key of each is HKDF-SHA256 of the secret with that salt and
/// the chain of purposes, so no key is used twice (hence the constant nonce) and what was sealed for one purpose does not open for another.
/// </summary>
internal sealed class SharedKeyProtection : IDataProtectionProvider, IDataProtector
{
    const int SaltLength = 32;
    const int KeyLength = 32;
    const int TagLength = 16;

    static readonly byte[] Nonce = new byte[12];

    readonly byte[] _secret;
    readonly byte[] _purpose;

    public SharedKeyProtection(string secret) : this(HKDF.Extract(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret)), "videogen web"u8.ToArray())
    {
    }

    SharedKeyProtection(byte[] secret, byte[] purpose) => (_secret, _purpose) = (secret, purpose);

    public IDataProtector CreateProtector(string purpose) =>
        // Hashed link by link: no two chains of purposes give the same bytes.
        new SharedKeyProtection(_secret, SHA256.HashData([.. SHA256.HashData(_purpose), .. SHA256.HashData(Encoding.UTF8.GetBytes(purpose))]));

    public byte[] Protect(byte[] plaintext)
    {
        var sealedText = new byte[SaltLength + plaintext.Length + TagLength];
        var salt = sealedText.AsSpan(0, SaltLength);
        RandomNumberGenerator.Fill(salt);
        using var cipher = CipherOf(salt);
        cipher.Encrypt(Nonce, plaintext, sealedText.AsSpan(SaltLength, plaintext.Length), sealedText.AsSpan(SaltLength + plaintext.Length));
        return sealedText;
    }

    public byte[] Unprotect(byte[] protectedData)
    {
        if (protectedData.Length < SaltLength + TagLength) throw new CryptographicException("This is too short to be a sealed text.");
        var plaintext = new byte[protectedData.Length - SaltLength - TagLength];
        using var cipher = CipherOf(protectedData.AsSpan(0, SaltLength));
        cipher.Decrypt(Nonce, protectedData.AsSpan(SaltLength, plaintext.Length), protectedData.AsSpan(SaltLength + plaintext.Length), plaintext);
        return plaintext;
    }

    AesGcm CipherOf(ReadOnlySpan<byte> salt)
    {
        Span<byte> key = stackalloc byte[KeyLength];
        HKDF.Expand(HashAlgorithmName.SHA256, _secret, key, [.. _purpose, .. salt]);
        return new AesGcm(key, TagLength);
    }
}
