using System.Net;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using VideoGen.Gateway.Callers;
using VideoGen.HttpApi.Requests;
using VideoGen.ServiceDefaults.Resilience;

namespace VideoGen.Gateway.Limits;

/// <summary>What a client may send, how much and how fast.</summary>
internal static class LimitExtensions
{
    /// <summary>
    /// A user's requests are counted one after another; a hundred at once that meet processes just started take some seconds.
    /// </summary>
    static readonly TimeSpan CountTimeout = TimeSpan.FromSeconds(6);

    static readonly string[] ExposedHeaders =
    [
        "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset", "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "Retry-After",
        "X-Total-Count", "Link", "Location", "ETag", "Content-Disposition", "Idempotent-Replayed", "X-Trace-Id",
        RetirementHeaders.Deprecation, RetirementHeaders.Sunset,
    ];

    static readonly string[] AllowedHeaders =
    [
        "Authorization", "X-API-Key", "Content-Type", "Accept", IdempotencyKeyHeader.Name, Mode.Header, "If-Match", "If-None-Match",
        "If-Range", "Range", "Last-Event-ID", "Cache-Control", "X-Requested-With", "traceparent", "tracestate",
    ];

    public static void AddLimits(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<LimitOptions>().BindConfiguration(LimitOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddOptions<UploadOptions>().BindConfiguration(UploadOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<LimitOptions>, LimitOptionsValidator>();
        builder.Services.AddOptions<BrowserOptions>().BindConfiguration(BrowserOptions.Section).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<BrowserOptions>, BrowserOptionsValidator>();
        builder.Services.AddSingleton<UsageCounters>();
        builder.Services.AddSingleton<AddressLimits>();
        builder.Services.AddServiceClient<LimitClient>("accounts", CountTimeout);
        builder.Services.AddSingleton<AddressConnections>();
        builder.Services.AddHostedService<ServerRefusals>();
        builder.Services.AddOptions<KestrelServerOptions>().Configure<IConfiguration>(ConfigureKestrel);
        builder.Services.AddOptions<ForwardedHeadersOptions>().Configure<IOptions<LimitOptions>>(ConfigureForwarding);
        builder.Services.AddCors();
        builder.Services.AddOptions<CorsOptions>().Configure<IOptions<BrowserOptions>>(ConfigureCrossOrigin);
        // A host that AllowedHosts does not name gets a bare 400; the built-in answer is an HTML page.
        builder.Services.Configure<HostFilteringOptions>(filtering => filtering.IncludeFailureMessage = false);
    }

    /// <summary>First of all: the client's real address, security headers, and no request that could be read in two ways.</summary>
    public static void UseRequestChecks(this IApplicationBuilder app)
    {
        app.UseForwardedHeaders();
        app.UseMiddleware<RequestCheckMiddleware>();
    }

    /// <summary>Browsers on other origins, where configured. Never with cookies: a key or token in a header is what identifies.</summary>
    public static void UseCrossOrigin(this IApplicationBuilder app) => app.UseCors();

    /// <summary>After identification: rates, then the size of the body and its key.</summary>
    public static void UseLimits(this IApplicationBuilder app)
    {
        app.UseMiddleware<RateLimitMiddleware>();
        app.UseMiddleware<BodyLimitMiddleware>();
    }

    /// <summary>Without origins there is no policy, and the middleware lets every request pass as if it were not there.</summary>
    static void ConfigureCrossOrigin(CorsOptions cors, IOptions<BrowserOptions> options)
    {
        var origins = options.Value.Origins;
        if (origins.Count == 0) return;
        cors.AddDefaultPolicy(policy =>
        {
            policy.WithMethods("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE").WithHeaders(AllowedHeaders).WithExposedHeaders(ExposedHeaders)
                .SetPreflightMaxAge(TimeSpan.FromMinutes(10));
            if (origins.Contains(BrowserOptions.AnyOrigin, StringComparer.Ordinal)) policy.AllowAnyOrigin();
            else policy.WithOrigins([.. origins]);
        });
    }

    // The server is made before the settings are checked. It takes what is written, and a faulty value as its least; the check then names
    // every fault.
    static void ConfigureKestrel(KestrelServerOptions kestrel, IConfiguration configuration)
    {
        var options = configuration.GetSection(LimitOptions.Section).Get<LimitOptions>() ?? new LimitOptions();
        kestrel.RequestHeaderEncodingSelector = HeaderEncodings.Of;
        kestrel.ConfigureEndpointDefaults(listen =>
        {
            var connections = listen.ApplicationServices.GetRequiredService<AddressConnections>();
            listen.Use(next => connection => connections.ServeAsync(connection, next));
        });
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        kestrel.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(60);
        kestrel.Limits.MaxConcurrentConnections = Math.Max(1, options.MaxConnections);
        // Some more than sockets are let in, so that it is never this limit that refuses one.
        kestrel.Limits.MaxConcurrentUpgradedConnections = Math.Max(1, options.MaxSockets) + 100L;
        kestrel.Limits.MaxRequestBodySize = Math.Max(0, options.MaxBodyBytes);
        kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));
        kestrel.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(30);
        kestrel.Limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(20);
    }

    /// <summary>Out of the box ASP.NET Core believes every process on this machine; here only those that are named.</summary>
    static void ConfigureForwarding(ForwardedHeadersOptions forwarding, IOptions<LimitOptions> options)
    {
        forwarding.KnownIPNetworks.Clear();
        forwarding.KnownProxies.Clear();
        var proxies = options.Value.TrustedProxies;
        forwarding.ForwardedHeaders = proxies.Count == 0 ? ForwardedHeaders.None : ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
        foreach (var proxy in proxies)
        {
            if (proxy.Contains('/')) forwarding.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(proxy));
            else forwarding.KnownProxies.Add(IPAddress.Parse(proxy));
        }
    }
}
