using Microsoft.Extensions.Options;
using VideoGen.HttpApi.Errors;

namespace VideoGen.Accounts.Users;

/// <summary>Asks who is signed in for the password once more, before what can't be undone. Guesses are counted for each user.</summary>
internal sealed class PresentPassword(ThrottleStore throttles, Passwords passwords, IOptions<UsersOptions> options)
{
    static readonly TimeSpan Window = TimeSpan.FromMinutes(15);

    /// <summary>Null when it is the right one.</summary>
    /// <param name="wrong">What to say to a wrong one.</param>
    public async Task<ProblemAnswer?> CheckAsync(UserRow user, string password, Func<ProblemAnswer> wrong, CancellationToken ct)
    {
        var tried = (await throttles.CountAsync(Window, [(ThrottleStore.PresentPassword, user.Id.ToString())], ct))[0];
        if (tried.Count > options.Value.SignInsPerEmail)
            return Problems.Of(ErrorCodes.RateLimited, "Too many wrong passwords; wait before the next.", retryAfter: tried.EndsIn);
        return await passwords.VerifyAsync(user.PasswordHash, password, ct) == PasswordVerdict.Wrong ? wrong() : null;
    }

    /// <summary>What was asked for has been done: the wrong ones before it are forgotten.</summary>
    public Task ForgetAsync(UserRow user, CancellationToken ct) =>
        throttles.ForgetAsync(ThrottleStore.PresentPassword, user.Id.ToString(), ct);
}
