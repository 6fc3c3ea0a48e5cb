using System.ComponentModel.DataAnnotations;

namespace VideoGen.Accounts.Users;

/// <summary>Section <c>Accounts:Users</c>: how hard it is to guess a password or to farm accounts.</summary>
internal sealed class UsersOptions
{
    public const string Section = "Accounts:Users";

    /// <summary>Rounds of PBKDF2-HMAC-SHA512 for new passwords; older hashes are renewed at the next sign-in. Default 210,000.</summary>
    [Range(100_000, 10_000_000)]
    public int PasswordIterations { get; set; } = 210_000;

    /// <summary>
    /// Failed sign-ins for one e-mail address from one network address within 15 minutes before it has to wait there. Default 20.
    /// </summary>
    [Range(1, 1_000_000)]
    public int SignInsPerEmail { get; set; } = 20;

    /// <summary>Failed sign-ins from one network address within 15 minutes before it has to wait. Default 100.</summary>
    [Range(1, 1_000_000)]
    public int SignInsPerAddress { get; set; } = 100;

    /// <summary>New accounts from one network address within an hour. Default 200.</summary>
    [Range(1, 1_000_000)]
    public int SignUpsPerAddress { get; set; } = 200;

    /// <summary>
    /// How often one network address may hear within an hour that an e-mail address has an account already; then no sign-up from there is
    /// answered before the hour is over. Default 30.
    /// </summary>
    [Range(1, 1_000_000)]
    public int TakenAnswersPerAddress { get; set; } = 30;
}

/// <summary>Section <c>Jwt</c>: the tokens of signed-in users. The gateway verifies them with the same key.</summary>
internal sealed class JwtOptions
{
    public const string Section = "Jwt";

    /// <summary>Shared secret, at least 32 characters. Required.</summary>
    [Required, MinLength(32)]
    public string SigningKey { get; set; } = "";

    /// <summary>How long a token lives, 15 to 60 minutes. Default 30.</summary>
    [Range(15, 60)]
    public int LifetimeMinutes { get; set; } = 30;
}
