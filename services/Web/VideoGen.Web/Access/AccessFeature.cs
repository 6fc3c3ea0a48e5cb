using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using VideoGen.ServiceDefaults.Callers;
using VideoGen.ServiceDefaults.Resilience;
using VideoGen.Web.Layout;
using VideoGen.Web.Contracts;

namespace VideoGen.Web.Access;

/// <summary>
/// People sign in with e-mail address and password, operators with an API key as well. What is kept is a sealed cookie that names the key
/// or the user, for twelve hours; whom that still stands for is asked of Accounts again every few seconds.
/// </summary>
internal static class AccessFeature
{
    public static void AddAccess(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<SessionOptions>().BindConfiguration(SessionOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddServiceClient<AccountsClient>("accounts", TimeSpan.FromSeconds(5));
        services.AddSingleton<Operators>();
        services.AddSingleton<SignInLimit>();
        services.AddSingleton<SubmitLimit>();
        services.AddScoped<SignInEndpoints>();
        services.AddScoped<SignUpEndpoints>();
        services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie();
        services.AddOptions<CookieAuthenticationOptions>(CookieAuthenticationDefaults.AuthenticationScheme)
            .Configure<IOptions<SessionOptions>, IOptions<PageOptions>, TimeProvider>(SessionCookie.Configure);
        services.AddAntiforgery();
        services.AddSingleton<IAntiforgeryAdditionalDataProvider, FormWorld>();
        services.AddOptions<AntiforgeryOptions>().Configure<IOptions<PageOptions>>(SessionCookie.Configure);
        ShareKeys(services);
    }

    public static void UseAccess(this IApplicationBuilder app) => app.UseAuthentication();

    public static void MapAccess(this IEndpointRouteBuilder app)
    {
        var pages = app.MapGroup(WebPages.Shared).OpenToPublic().WithMetadata(new ForEitherWorld());
        pages.MapGet("/sign-in", (HttpContext context, SignInEndpoints signIn) => signIn.Show(context));
        pages.MapPost("/sign-in", (HttpContext context, SignInEndpoints signIn, CancellationToken ct) => signIn.SignInAsync(context, ct));
        pages.MapGet("/sign-up", (HttpContext context, SignUpEndpoints signUp) => signUp.Show(context));
        pages.MapPost("/sign-up", (HttpContext context, SignUpEndpoints signUp, CancellationToken ct) => signUp.SignUpAsync(context, ct));
        var forms = pages.MapGroup("").AddEndpointFilter<FormFilter>();
        forms.MapPost("/world", (HttpContext context, IOptions<PageOptions> page) => Choices.ChooseWorldAsync(context, page.Value));
        forms.MapPost("/theme", (HttpContext context, IOptions<PageOptions> page) => Choices.ChooseThemeAsync(context, page.Value));
        forms.MapPost("/sign-out", (HttpContext context, SignInEndpoints signIn, IOptions<PageOptions> page, CancellationToken ct) =>
            signIn.SignOutAsync(context, page, ct));
    }

    /// <summary>
    /// The framework would keep random keys in files of this machine: lost with a container, unknown to the other instances. Here every
    /// instance derives the same keys from one secret.
    /// </summary>
    static void ShareKeys(IServiceCollection services)
    {
        services.AddDataProtection();
        services.Remove(services.Single(service => service.ImplementationType?.Name == "DataProtectionHostedService"));
        services.Replace(ServiceDescriptor.Singleton<IDataProtectionProvider>(provider =>
            new SharedKeyProtection(provider.GetRequiredService<IOptions<SessionOptions>>().Value.Key)));
    }
}
