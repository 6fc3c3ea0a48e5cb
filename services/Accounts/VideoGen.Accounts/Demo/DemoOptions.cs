using VideoGen.Accounts.ApiKeys;
using VideoGen.HttpApi.Requests;

namespace VideoGen.Accounts.Demo;

/// <summary>Section <c>Accounts:Demo</c>: accounts made at start, so that a fresh system can be used at once. Nothing is made without <see cref="Email"/>.</summary>
internal sealed class DemoOptions
{
    public const string Section = "Accounts:Demo";

    /// <summary>Address of the demo account. Default none: no demo.</summary>
    public string Email { get; set; } = "";

    /// <summary>Its password; required with <see cref="Email"/>, 10 to 128 characters.</summary>
    public string Password { get; set; } = "";

    /// <summary>Its plan. Default <c>pro</c>.</summary>
    public string Plan { get; set; } = "pro";

    /// <summary>Its live key, <c>vg_live_…</c>; optional.</summary>
    public string ApiKey { get; set; } = "";

    /// <summary>Its test key, <c>vg_test_…</c>; optional.</summary>
    public string TestKey { get; set; } = "";

    /// <summary>A live key of the operator's account; without it no such account is made.</summary>
    public string OperatorKey { get; set; } = "";

    /// <summary>Address of the operator's account. Default <c>operator@</c> and the host of <see cref="Email"/>.</summary>
    public string OperatorEmail { get; set; } = "";

    /// <summary>Password of the operator's account; without it the account has its key only.</summary>
    public string OperatorPassword { get; set; } = "";

    public string OperatorAddress => OperatorEmail.Length > 0 ? OperatorEmail : "operator" + Email[Email.IndexOf('@')..];

    /// <summary>Everything that is wrong, or nothing.</summary>
    public IEnumerable<string> Errors()
    {
        if (Email.Length == 0) yield break;
        if (TextRules.EmailFault(Email) is { } email) yield return $"Accounts:Demo:Email {email}";
        if (TextRules.Fault(Password, 10, 128) is { } password) yield return $"Accounts:Demo:Password {password}";
        if (OperatorEmail.Length > 0 && TextRules.EmailFault(OperatorEmail) is { } address) yield return $"Accounts:Demo:OperatorEmail {address}";
        if (OperatorPassword.Length > 0 && TextRules.Fault(OperatorPassword, 10, 128) is { } secret) yield return $"Accounts:Demo:OperatorPassword {secret}";
        foreach (var (name, key, prefix) in new[] { ("ApiKey", ApiKey, ApiKeyFormat.Live), ("TestKey", TestKey, ApiKeyFormat.Test), ("OperatorKey", OperatorKey, ApiKeyFormat.Live) })
        {
            if (key.Length > 0 && !(ApiKeyFormat.IsWellFormed(key) && key.StartsWith(prefix, StringComparison.Ordinal)))
                yield return $"Accounts:Demo:{name} must be a well-formed key that begins with {prefix} (a key's last six characters are its checksum).";
        }
    }
}
