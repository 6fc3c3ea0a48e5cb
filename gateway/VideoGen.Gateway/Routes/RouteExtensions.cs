using Microsoft.AspNetCore.DataProtection;
using VideoGen.ServiceDefaults.Callers;
using VideoGen.ServiceDefaults.Resilience;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.LoadBalancing;
using Yarp.ReverseProxy.Model;
using Yarp.ReverseProxy.Transforms;

namespace VideoGen.Gateway.Routes;

/// <summary>Forwards what the route table names, with YARP.</summary>
internal static class RouteExtensions
{
    public static void AddRoutes(this WebApplicationBuilder builder)
    {
        builder.Services.AddReverseProxy()
            .LoadFromMemory(
                [.. RouteTable.All.Select(RouteOf)],
                [.. RouteTable.All.DistinctBy(route => route.Cluster).Select(ClusterOf)])
            .AddServiceDiscoveryDestinationResolver()
            .ConfigureHttpClient((_, handler) =>
            {
                handler.ConnectTimeout = TimeSpan.FromSeconds(3);
                handler.PooledConnectionLifetime = TimeSpan.FromMinutes(2);
            })
            .AddTransforms(transforms => transforms.AddRequestTransform(AttachCallerToken));
        builder.Services.AddServiceClient<JobsAliveClient>("jobs", JobsAliveClient.Timeout);
        LeaveNoKeyFiles(builder.Services);
    }

    static readonly RouteHeader Html = new() { Name = "Accept", Values = ["text/html"], Mode = HeaderMatchMode.Contains };

    /// <summary>After the limits: from here on the services are at work.</summary>
    public static void UseWatches(this IApplicationBuilder app)
    {
        app.UseMiddleware<SubmitWatchMiddleware>();
        app.UseMiddleware<StreamWatchMiddleware>();
    }

    /// <summary>True for the dialects' routes and the gateway's own answers; false for what goes on to a service.</summary>
    public static bool IsOwnRoute(HttpContext context) =>
        context.GetEndpoint()?.Metadata is { } metadata && metadata.GetMetadata<RoutePolicy>() is not null
            && metadata.GetMetadata<RouteModel>() is null;

    public static void MapRoutes(this WebApplication app)
    {
        var policies = RouteTable.All.ToDictionary(route => route.Id, route => route.Policy, StringComparer.Ordinal);
        app.MapReverseProxy(proxy =>
        {
            proxy.UseMiddleware<AwayMiddleware>();
            proxy.UseLoadBalancing();
            proxy.UsePassiveHealthChecks();
        }).Add(endpoint =>
        {
            if (endpoint.Metadata.OfType<RouteModel>().FirstOrDefault() is { } route) endpoint.Metadata.Add(policies[route.Config.RouteId]);
        });
    }

    static RouteConfig RouteOf(GatewayRoute route) => new()
    {
        RouteId = route.Id,
        ClusterId = route.Cluster,
        Match = new RouteMatch { Path = route.Path, Methods = route.AllowedMethods, Headers = route.ForBrowsers ? [Html] : null },
        // The limits middleware has set the route's own; YARP must not set another.
        MaxRequestBodySize = null,
    };

    static ClusterConfig ClusterOf(GatewayRoute route) => new()
    {
        ClusterId = route.Cluster,
        LoadBalancingPolicy = LoadBalancingPolicies.PowerOfTwoChoices,
        // One name here; discovery makes it as many destinations as the service has addresses.
        Destinations = new Dictionary<string, DestinationConfig>(StringComparer.Ordinal)
        {
            [route.Service] = new() { Address = $"http://{route.Service}/" },
        },
        HttpRequest = new ForwarderRequestConfig { ActivityTimeout = SilenceOf(route.Pace) },
        HealthCheck = new HealthCheckConfig
        {
            // A destination that breaks connections rests for ten seconds; when all of them do, all are tried again.
            Passive = new PassiveHealthCheckConfig
            {
                Enabled = true,
                Policy = HealthCheckConstants.PassivePolicy.TransportFailureRate,
                ReactivationPeriod = TimeSpan.FromSeconds(10),
            },
            AvailableDestinationsPolicy = HealthCheckConstants.AvailableDestinations.HealthyOrPanic,
        },
    };

    static TimeSpan SilenceOf(Pace pace) => pace switch
    {
        Pace.LongPoll => TimeSpan.FromSeconds(100),
        Pace.Transfer => TimeSpan.FromMinutes(10),
        Pace.Live => TimeSpan.FromHours(1),
        _ => TimeSpan.FromSeconds(30),
    };

    /// <summary>What the client may have sent under that name has been removed before; an anonymous request carries none.</summary>
    static ValueTask AttachCallerToken(RequestTransformContext transform)
    {
        if (transform.HttpContext.Features.Get<Caller>() is { } caller)
            transform.ProxyRequest.Headers.Add(CallerToken.Header, transform.HttpContext.RequestServices.GetRequiredService<CallerToken>().Issue(caller));
        return ValueTask.CompletedTask;
    }

    /// <summary>
    /// YARP's session affinity, which is not in use, brings data protection; that would write unencrypted keys to the user's home
    /// at every start.
    /// </summary>
    static void LeaveNoKeyFiles(IServiceCollection services)
    {
        services.AddDataProtection().UseEphemeralDataProtectionProvider();
        var writer = services.Single(service => service.ImplementationType?.Name == "DataProtectionHostedService");
        services.Remove(writer);
    }
}
