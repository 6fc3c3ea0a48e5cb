using Microsoft.Extensions.Options;
using VideoGen.Accounts.Plans;
using VideoGen.Durability;
using VideoGen.HttpApi.Errors;
using VideoGen.HttpApi.Requests;

namespace VideoGen.Accounts.Users;

/// <summary>
/// <c>POST /v1/accounts</c>: anybody may open an account. Without mail nobody can be told in private that an address is taken, so
/// the answer says it; who asks after many addresses soon gets no answer at all, neither for taken ones nor for free ones.
/// </summary>
internal sealed class SignUp(
    UnitOfWork work, AccountOpening opening, AccountStore accounts, ThrottleStore throttles, Passwords passwords, PlanCatalog plans,
    IOptions<UsersOptions> options)
{
    static readonly TimeSpan Window = TimeSpan.FromHours(1);

    public static Task<IResult> PostAsync(BodyFields body, HttpContext context, SignUp signUp, CancellationToken ct) =>
        signUp.RunAsync(body, ClientAddress.Of(context), ct);

    async Task<IResult> RunAsync(BodyFields body, string address, CancellationToken ct)
    {
        var email = body.Text("email", 3, 254, check: TextRules.EmailFault);
        var password = body.Text("password", 10, 128, trim: false, check: text => PasswordFault(text, email));
        var name = body.Text("name", 1, 100, required: false);
        if (body.Refusal() is { } refusal) return refusal;

        var tries = await throttles.CountAsync(Window, [(ThrottleStore.SignUpAddress, address), (ThrottleStore.SignUpTaken, address)], ct);
        if (tries.FindAll(IsOver) is { Count: > 0 } over)
            return Problems.Of(ErrorCodes.RateLimited, "Too many new accounts from this address.",
                retryAfter: over.Max(tried => tried.EndsIn));

        var hash = await passwords.HashAsync(password!, ct);
        await work.BeginAsync(ct);
        var account = new NewAccount(email!, name ?? email![..email!.IndexOf('@')], hash, plans.Initial, IsOperator: false);
        if (await opening.OpenAsync(work, account, ct) is not { } id)
            return Problems.OfField("email", "there is already an account with this address.", ErrorCodes.EmailTaken);
        await work.CommitAsync(ct);
        await throttles.UndoAsync(ThrottleStore.SignUpTaken, address, ct);
        var row = await accounts.FindAsync(id, ct) ?? throw new InvalidOperationException($"Account {id} is gone.");
        return TypedResults.Created("/v1/account", row.ToView(plans));
    }

    bool IsOver(Attempts tried) =>
        tried.Count > (tried.Kind == ThrottleStore.SignUpTaken ? options.Value.TakenAnswersPerAddress : options.Value.SignUpsPerAddress);

    internal static string? PasswordFault(string password, string? email) =>
        password.All(character => character == password[0]) ? "must not be one character repeated."
        : string.Equals(password, email, StringComparison.OrdinalIgnoreCase) ? "must not be the e-mail address."
        : null;
}
