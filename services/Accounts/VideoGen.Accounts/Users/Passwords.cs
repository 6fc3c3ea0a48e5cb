using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace VideoGen.Accounts.Users;

/// <summary>
/// Hashes and verifies passwords: PBKDF2-HMAC-SHA512 with a salt of its own, in ASP.NET Core Identity's format, which carries
/// its parameters. What counts is the text that was typed, not how a keyboard composes its letters: passwords are hashed in
/// Unicode's form C. Hashing is slow on purpose, so no more run at once than there are cores: a flood waits here, not everywhere.
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
            return _hasher.HashPassword("", Composed(password));
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
            var composed = Composed(password);
            var kept = hash ?? _nobodys.Value;
            var result = _hasher.VerifyHashedPassword("", kept, composed);
            // Hashes made before passwords were composed; they are renewed at this sign-in. Nobody's is tried too, to take as long.
            var isOfOldHash = result == PasswordVerificationResult.Failed && composed != password
                && _hasher.VerifyHashedPassword("", kept, password) != PasswordVerificationResult.Failed;
            if (hash is null) return PasswordVerdict.Wrong;
            if (isOfOldHash) return PasswordVerdict.RightButWeak;
            return result switch
            {
                PasswordVerificationResult.Failed => PasswordVerdict.Wrong,
                PasswordVerificationResult.SuccessRehashNeeded => PasswordVerdict.RightButWeak,
                _ => PasswordVerdict.Right,
            };
        }
        finally
        {
            _cores.Release();
        }
    }

    /// <summary>By a library: the framework composes nothing in a process that runs without ICU, as ours do.</summary>
    static string Composed(string password) => ADRaffy.ENSNormalize.ENSNormalize.NF.NFC(password);

    public void Dispose() => _cores.Dispose();
}

internal enum PasswordVerdict
{
    Wrong,
    Right,

    /// <summary>Right, but hashed with fewer rounds than are asked for today, or before passwords were composed.</summary>
    RightButWeak,
}
