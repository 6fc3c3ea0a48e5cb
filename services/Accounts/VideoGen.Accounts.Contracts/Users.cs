namespace VideoGen.Accounts.Contracts;

/// <summary>Body of <c>POST /v1/accounts</c>.</summary>
/// <param name="Email">At most 254 characters; unique whatever the case.</param>
/// <param name="Password">10 to 128 characters.</param>
/// <param name="Name">1 to 100 characters; the part of the e-mail address before the @ when absent.</param>
public sealed record SignUpRequest(string Email, string Password, string? Name = null);

/// <summary>Body of <c>POST /v1/auth/token</c>.</summary>
public sealed record TokenRequest(string Email, string Password);

/// <summary>Body of <c>POST /v1/account/password</c>.</summary>
/// <param name="NewPassword">10 to 128 characters, another than the present one.</param>
public sealed record ChangePasswordRequest(string CurrentPassword, string NewPassword);

/// <summary>Body of <c>DELETE /v1/account</c>.</summary>
/// <param name="Password">The present one.</param>
public sealed record DeleteAccountRequest(string Password);

/// <summary>
/// Answer of <c>POST /v1/auth/token</c> and <c>POST /v1/account/password</c>: send the token as <c>Authorization: Bearer …</c>.
/// </summary>
/// <param name="ExpiresIn">Seconds.</param>
public sealed record TokenAnswer(string AccessToken, string TokenType, int ExpiresIn, DateTimeOffset ExpiresAt);
