using VideoGen.Accounts.Contracts;
using VideoGen.Durability;
using VideoGen.HttpApi.Description;
using VideoGen.HttpApi.Requests;
using VideoGen.ServiceDefaults.Callers;

namespace VideoGen.Accounts.Users;

/// <summary>Accounts and the people who sign in to them.</summary>
internal static class UsersFeature
{
    public static void AddUsers(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<UsersOptions>().BindConfiguration(UsersOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddOptions<JwtOptions>().BindConfiguration(JwtOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<Passwords>();
        builder.Services.AddSingleton<UserTokens>();
        builder.Services.AddSingleton<ThrottleStore>();
        builder.Services.AddSingleton<UserStore>();
        builder.Services.AddSingleton<AccountStore>();
        builder.Services.AddSingleton<AccountOpening>();
        builder.Services.AddScoped<SignUp>();
        builder.Services.AddScoped<SignIn>();
        builder.Services.AddScoped<PresentPassword>();
        builder.Services.AddScoped<ChangePassword>();
        builder.Services.AddRecurringWork<ThrottleRetention>(ThrottleRetention.Name, ThrottleRetention.Interval);
    }

    public static void MapUsers(this IEndpointRouteBuilder app)
    {
        app.MapPost("/v1/accounts", SignUp.PostAsync)
            .OpenToPublic()
            .Accepts<SignUpRequest>("application/json")
            .WithBodyExample("""{"email": "ada@example.com", "password": "correct horse battery", "name": "Ada"}""")
            .Produces<AccountView>(201).ShowsHeader(201, "Location", "Where the account is read.").Refuses(400, 409, 429)
            .WithName("SignUp").WithTags("Account").WithSummary("Opens an account.");
        app.MapPost("/v1/auth/token", SignIn.PostAsync)
            .OpenToPublic()
            .Accepts<TokenRequest>("application/json")
            .WithBodyExample("""{"email": "ada@example.com", "password": "correct horse battery"}""")
            .Produces<TokenAnswer>().Refuses(400, 401, 403, 429)
            .WithName("CreateToken").WithTags("Account").WithSummary("Signs in: e-mail address and password for a token that lives minutes.");
        app.MapGet("/v1/account", ReadAccount.GetAsync)
            .RequireScope(Scope.AccountRead)
            .WithName("GetAccount").WithTags("Account").WithSummary("Plan, limits, credits available and held, end of the cycle.");

        app.MapPost("/v1/account/password", ChangePassword.PostAsync)
            .RequireScope(Scope.AccountWrite)
            .Accepts<ChangePasswordRequest>("application/json")
            .WithBodyExample("""{"current_password": "correct horse battery", "new_password": "another horse, another battery"}""")
            .Produces<TokenAnswer>().Refuses(400, 403, 429)
            .WithName("ChangePassword").WithTags("Account")
            .WithSummary("Changes the password of who is signed in; every session ends, and the answer is a token of a new one.");

        var inside = app.MapInternal();
        inside.MapGet("/accounts/{id:guid}", ReadAccount.FindAsync);
        inside.MapGet("/identities/by-user/{userId:guid}", ReadAccount.IdentifyAsync)
            .TakesQuery(QueryParameter.Whole("round", 0, int.MaxValue, "Of the session that is shown."));
    }
}
