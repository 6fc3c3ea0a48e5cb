using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace VideoGen.Accounts.Users;

/// <summary>
/// Hashes and verifies passwords: PBKDF2-HMAC-SHA512 with a salt of its own, in ASP.NET Core Identity's format, which carries
/// its parameters. Hashing is slow on purpose, so no more run at once than there are cores: a flood waits here, not everywhere.
/// </summary>
internal sealed class Passwords : IDisposable
{
    readonly PasswordHasher<string> _hasher;
    readonly SemaphoreSlim _cores = new(Environment.ProcessorCount);

    // Verified against when the e-mail address is unknown, so that the answer takes as long as for a known one.
    readonly Lazy<string> _nobodys;

    public Passwords(IOptions<UsersOptions> options)
    {
        _hasher = new PasswordHasher<string>(Options.Create(new PasswordHasherOptions { IterationCount = options.Value.PasswordIterations }));
        _nobodys = new Lazy<string>(() => _hasher.HashPassword("", Guid.NewGuid().ToString()));
    }

    public async Task<string> HashAsync(string password, CancellationToken ct)
    {
        await _cores.WaitAsync(ct);
        try
        {
            return _hasher.HashPassword("", password);
        }
        finally
        {
            _cores.Release();
        }
    }

    /// <param name="hash">Null for a user who is unknown or has no password: nothing matches, just as slowly.</param>
    public async Task<PasswordVerdict> VerifyAsync(string? hash, string password, CancellationToken ct)
    {
        await _cores.WaitAsync(ct);
        try
        {
            var result = _hasher.VerifyHashedPassword("", hash ?? _nobodys.Value, password);
            if (hash is null || result == PasswordVerificationResult.Failed) return PasswordVerdict.Wrong;
            return result == PasswordVerificationResult.SuccessRehashNeeded ? PasswordVerdict.RightButWeak : PasswordVerdict.Right;
        }
        finally
        {
            _cores.Release();
        }
    }

    public void Dispose() => _cores.Dispose();
}

internal enum PasswordVerdict
{
    Wrong,
    Right,

    /// <summary>Right, but hashed with fewer rounds than are asked for today.</summary>
    RightButWeak,
}
