using System.Threading.RateLimiting;
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
/// Operators sign in with an API key or with e-mail address and password. What is kept is a sealed cookie that names the key or the
/// user, for twelve hours; whether that still stands for an operator is asked of Accounts again every few seconds.
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
        services.AddScoped<SignInEndpoints>();
        services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie();
        services.AddOptions<CookieAuthenticationOptions>(CookieAuthenticationDefaults.AuthenticationScheme)
            .Configure<IOptions<SessionOptions>, IOptions<PageOptions>, TimeProvider>(SessionCookie.Configure);
        services.AddAntiforgery();
        services.AddOptions<Microsoft.AspNetCore.Antiforgery.AntiforgeryOptions>().Configure<IOptions<PageOptions>>(SessionCookie.Configure);
        ShareKeys(services);
    }

    public static void UseAccess(this IApplicationBuilder app) => app.UseAuthentication();

    public static void MapAccess(this IEndpointRouteBuilder app)
    {
        var pages = app.MapGroup(WebPages.Shared).OpenToPublic();
        pages.MapGet("/sign-in", (HttpContext context, SignInEndpoints signIn) => signIn.Show(context));
        pages.MapPost("/sign-in", (HttpContext context, SignInEndpoints signIn, CancellationToken ct) => signIn.SignInAsync(context, ct));
        pages.MapPost("/sign-out", (HttpContext context, SignInEndpoints signIn) => signIn.SignOutAsync(context));
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

/// <summary>
/// Ten tries a minute for one address; each gateway has its own limits before that, and Accounts has one for each e-mail address after it.
/// There is none for all addresses together: with it a stranger could keep operators out.
/// </summary>
internal sealed class SignInLimit : IDisposable
{
    readonly PartitionedRateLimiter<string> _limits = PartitionedRateLimiter.Create<string, string>(address => RateLimitPartition.GetSlidingWindowLimiter(
        address, _ => new SlidingWindowRateLimiterOptions { PermitLimit = 10, Window = TimeSpan.FromMinutes(1), SegmentsPerWindow = 6 }));

    public bool TryUse(HttpContext context)
    {
        using var lease = _limits.AttemptAcquire(AddressOf(context));
        return lease.IsAcquired;
    }

    public void Dispose() => _limits.Dispose();

    /// <summary>An IPv6 client owns its /64.</summary>
    static string AddressOf(HttpContext context)
    {
        if (context.Connection.RemoteIpAddress is not { } address) return "";
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        var bytes = address.GetAddressBytes();
        return Convert.ToHexString(bytes.Length == 16 ? bytes.AsSpan(0, 8) : bytes);
    }
}
